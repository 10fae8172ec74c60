// Every field of every entry comes back from its stored form. A list that lacks one does not compile (fields_test.hpp),
// and a field with its default is refused, so none can be forgotten.
#include <variant>
#include <vector>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include "journal/fields_test.hpp"

namespace executus::journal {
namespace {

const llm::Usage kUsage{100, 20, 30, 7, 5};
const llm::NanoDollars kCost{1'500};
const llm::Image kImage{std::string("\x89PNG\0\xff", 6), "image/png"};

const Artifact kArtifact{"a.png", "image/png", std::string("\0\xff", 2)};

llm::Message said(std::string text) {
  auto message = llm::user_message(std::move(text));
  message.parts.emplace_back(kImage);
  return message;
}

llm::Response answer() {
  llm::Response response;
  response.message = llm::assistant_message("let me look", {{"c1", "grep", R"({"pattern":"é\n"})"}, {"c2", "x", "{"}});
  response.message.parts.emplace_back(llm::Opaque{"anthropic", boost::json::object{{"signature", "x"}}});
  response.finish = llm::FinishReason::tool_calls;
  response.usage = kUsage;
  response.target = "lab/model";
  return response;
}

std::vector<Payload> without_defaults() {
  return {Admitted{{{"name", "triage"}},
                   {{"caller", "me"}},
                   {said("why?"), llm::assistant_message("because")},
                   full_past(),
                   Continued{"base", 7}},
          Opened{3, "host:1"},
          Responded{answer(), kCost},
          Intended{{1, 2}, "key", "irreversible", {"boot", Milliseconds(7)}, true, true, {{"files", 1}}},
          Settled{{1, 2},
                  llm::CallState::failed,
                  "key",
                  "no",
                  {kImage, kImage},
                  {said("see")},
                  "the answer",
                  {kArtifact},
                  3,
                  {{"file:/a", "12ab"}}},
          Steered{said("hurry"), "critic", true, LeftSignal{"paid", {{"cents", 5}}, WallTime(Milliseconds(123))}},
          Waited{WaitReason::approval, {{1, 2}, {1, 3}}, "why", WallTime(Milliseconds(123)), {"paid", "sent"}},
          Retried{{1, 2}},
          Ended{RunStatus::killed, "partial", "broke", "run.max_steps", "too slow"},
          PhaseStarted{1, "plan", "Plan.", "lab/model"},
          PhaseEnded{1, "plan", PhaseEnd::salvaged, "half a plan", "no step left"},
          Gated{2, {{1, Ruling::rewrite, "{}", "safer"}, {3, Ruling::ask, "[]", "look at it"}}},
          Approved{{2, 1}, true, "fine", "ada", "blue"},
          Compacted{4, "so far", 900, 100, kUsage, "broke", kCost},
          Criticised{"hurry", Milliseconds(60'000), 5, true, "stuck", kUsage, kCost},
          Generated{{2, 1}, 3, "digest", answer(), kCost},
          Spent{"lab/model", kUsage, kCost},
          Withheld{{{{2, llm::MessagePart::Kind::result_images, 1}, "left out"}}, "too long"},
          Cut{"The slow one is"},
          Parked{{1, 2}, {WallTime(Milliseconds(123)), Milliseconds(7), {"boot", Milliseconds(9)}, "paid"}, true},
          Woken{{1, 2}, {llm::CallWake::By::signal, {{"cents", 5}}}},
          Reopened{"ada"},
          Redefined{{{"name", "triage"}}, "ada"},
          Mapped{{{"each.1.1", "agent__r", R"({"prompt":"a"})"}, {"each.1.2", "agent__r", R"({"prompt":"b"})"}}},
          CallChanged{{2, 1}, "{}", R"({"cents":3})", "less", "ada"},
          Offered{full_offer()}};
}

TEST(Entries, EveryFieldComesBackFromItsStoredForm) {  // [DUR-13] [RUN-39]
  auto payloads = without_defaults();
  ASSERT_EQ(payloads.size(), std::variant_size_v<Payload>);
  for (const auto& payload : payloads) {
    auto back = decode(kind_of(payload), encode(payload));
    ASSERT_EQ(back.index(), payload.index());
    std::visit(
        [&](const auto& entry) {
          EXPECT_TRUE(defaults_in(entry).empty()) << kind_name(kind_of(payload)) << ": give its every field a value";
          EXPECT_TRUE(same(entry, std::get<std::remove_cvref_t<decltype(entry)>>(back))) << encode(payload);
        },
        payload);
  }
}

template <class E>
void expect_each(std::initializer_list<E> values, auto entry_with) {
  for (auto value : values) {
    auto entry = entry_with(value);
    auto back = decode(kind_of(Payload(entry)), encode(entry));
    EXPECT_TRUE(same(entry, std::get<decltype(entry)>(back))) << encode(entry);
  }
}

TEST(Entries, EveryValueOfAnEnumComesBack) {
  using enum llm::CallState;
  using enum llm::FinishReason;
  expect_each({done, failed, denied}, [](auto state) { return Settled{{}, state, {}, {}, {}}; });
  expect_each({stop, tool_calls, length, refusal, other}, [](auto finish) {
    auto response = answer();
    response.finish = finish;
    return Responded{response};
  });
  expect_each({WaitReason::in_doubt, WaitReason::approval, WaitReason::timer, WaitReason::budget, WaitReason::child,
               WaitReason::provider, WaitReason::signal},
              [](auto reason) { return Waited{reason, {}, {}, {}}; });
  expect_each({RunStatus::ok, RunStatus::error, RunStatus::timeout, RunStatus::cancelled, RunStatus::killed},
              [](auto status) { return Ended{status, {}, {}, {}}; });
  expect_each({PhaseEnd::completed, PhaseEnd::fallback, PhaseEnd::salvaged},
              [](auto how) { return PhaseEnded{1, {}, how, {}, {}}; });
  using enum llm::MessagePart::Kind;
  expect_each({result_text, result_images, images},
              [](auto kind) { return Withheld{{{{2, kind, 0}, "left out"}}, "too long"}; });
  expect_each({Ruling::allow, Ruling::rewrite, Ruling::deny, Ruling::ask},
              [](auto ruling) { return Gated{1, {{0, ruling, {}, {}}}}; });
}

// A batch's results are stored with messages of an imported history.
TEST(Entries, EveryFieldOfAMessageComesBack) {
  llm::Message results;
  results.role = llm::Role::tool;
  results.tool_results = {{"c1", "grep", "found", {kImage}, true}, {"c2", "x", "", {}, false}};
  for (const auto& message : {said("why?"), answer().message, results}) {
    auto back = std::get<Steered>(decode(6, encode(Steered{message}))).message;
    EXPECT_EQ(back, message);
  }
}

}  // namespace
}  // namespace executus::journal
