// Every field of every entry comes back from its stored form. The structured bindings below do not compile when an
// entry has a field that they lack, and a field with its default is refused, so none can be forgotten.
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <executus/journal/entry.hpp>

namespace executus::journal {
namespace {

auto fields_of(const llm::Response& response) {
  const auto& [message, finish, usage, target, raw] = response;  // raw is for the caller of the model, never stored
  return std::tie(message, finish, usage, target);
}
auto fields_of(const PhaseEnded& entry) {
  const auto& [index, name, how, output, error] = entry;
  return std::tie(index, name, how, output, error);
}
auto fields_of(const Artifact& artifact) {
  const auto& [name, mime, bytes] = artifact;
  return std::tie(name, mime, bytes);
}
auto fields_of(const CriticState& critic) {
  const auto& [extended, extensions, steps_raised, decisions, killed, kill_reason, nudges] = critic;
  return std::tie(extended, extensions, steps_raised, decisions, killed, kill_reason, nudges);
}
auto fields_of(const Past& past) {
  const auto& [iteration, usage, phases, artifacts, critic, submitted] = past;
  return std::tie(iteration, usage, phases, artifacts, critic, submitted);
}
auto fields_of(const Admitted& entry) {
  const auto& [agent, invocation, input, past] = entry;
  return std::tie(agent, invocation, input, past);
}
auto fields_of(const Opened& entry) {
  const auto& [epoch, worker] = entry;
  return std::tie(epoch, worker);
}
auto fields_of(const Responded& entry) {
  const auto& [response] = entry;
  return std::tie(response);
}
auto fields_of(const BootMoment& moment) {
  const auto& [boot, since] = moment;
  return std::tie(boot, since);
}
auto fields_of(const Intended& entry) {
  const auto& [call, key, effect, moment, renewed, is_run] = entry;
  return std::tie(call, key, effect, moment, renewed, is_run);
}
auto fields_of(const Settled& entry) {
  const auto& [call, state, key, text, images, attached, submitted, artifacts, runs_below] = entry;
  return std::tie(call, state, key, text, images, attached, submitted, artifacts, runs_below);
}
auto fields_of(const Steered& entry) {
  const auto& [message, source, undelivered] = entry;
  return std::tie(message, source, undelivered);
}
auto fields_of(const Waited& entry) {
  const auto& [reason, calls, detail, wake_at] = entry;
  return std::tie(reason, calls, detail, wake_at);
}
auto fields_of(const Retried& entry) {
  const auto& [call] = entry;
  return std::tie(call);
}
auto fields_of(const Ended& entry) {
  const auto& [status, output, error, error_code] = entry;
  return std::tie(status, output, error, error_code);
}
auto fields_of(const PhaseStarted& entry) {
  const auto& [index, name, system_prompt, model] = entry;
  return std::tie(index, name, system_prompt, model);
}
auto fields_of(const GateDecision& decision) {
  const auto& [index, ruling, arguments, reason] = decision;
  return std::tie(index, ruling, arguments, reason);
}
auto fields_of(const Gated& entry) {
  const auto& [response, decisions] = entry;
  return std::tie(response, decisions);
}
auto fields_of(const Approved& entry) {
  const auto& [call, approved, reason] = entry;
  return std::tie(call, approved, reason);
}
auto fields_of(const Compacted& entry) {
  const auto& [upto, summary, tokens_before, tokens_after, usage, error] = entry;
  return std::tie(upto, summary, tokens_before, tokens_after, usage, error);
}
auto fields_of(const Criticised& entry) {
  const auto& [nudge, extend_by, raise_steps_by, kill, reason, usage] = entry;
  return std::tie(nudge, extend_by, raise_steps_by, kill, reason, usage);
}
auto fields_of(const Generated& entry) {
  const auto& [call, ordinal, request, response] = entry;
  return std::tie(call, ordinal, request, response);
}

auto fields_of(const Spent& entry) {
  const auto& [target, usage] = entry;
  return std::tie(target, usage);
}
auto fields_of(const llm::MessagePart& part) {
  const auto& [message, kind, result] = part;
  return std::tie(message, kind, result);
}
auto fields_of(const Withheld::Item& item) {
  const auto& [part, note] = item;
  return std::tie(part, note);
}
auto fields_of(const Withheld& entry) {
  const auto& [items, error] = entry;
  return std::tie(items, error);
}

template <class T>
concept Fielded = requires(const T& value) { fields_of(value); };
template <class T>  // a list of them, or one that may be there
concept OfFielded = requires { requires Fielded<typename T::value_type>; };

template <class T>
bool same(const T& a, const T& b);

template <Fielded T>
bool same_fields(const T& a, const T& b) {
  return std::apply(
      [&](const auto&... left) {
        return std::apply([&](const auto&... right) { return (same(left, right) && ...); }, fields_of(b));
      },
      fields_of(a));
}

template <class T>
bool same(const T& a, const T& b) {
  if constexpr (Fielded<T>) {
    return same_fields(a, b);
  } else if constexpr (!OfFielded<T>) {
    return a == b;
  } else if constexpr (requires { a.has_value(); }) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
  } else {
    bool all = a.size() == b.size();
    for (std::size_t i = 0; all && i < a.size(); ++i) all = same(a[i], b[i]);
    return all;
  }
}

// The places of fields that have their default, of `value` and of the structs in it.
template <Fielded T>
std::vector<std::size_t> defaults_in(const T& value) {
  std::vector<std::size_t> places;
  std::size_t place = 0;
  auto look = [&](const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if (same(field, Field{})) places.push_back(place);
    auto look_inside = [&](const auto& inner) {
      for (auto found : defaults_in(inner)) places.push_back(found);
    };
    if constexpr (Fielded<Field>) look_inside(field);
    if constexpr (OfFielded<Field> && requires { field.front(); }) look_inside(field.front());
    if constexpr (OfFielded<Field> && requires { *field; }) look_inside(*field);
    ++place;
  };
  std::apply([&](const auto&... fields) { (look(fields), ...); }, fields_of(value));
  return places;
}

const llm::Usage kUsage{100, 20, 30, 7, 5};
const llm::Image kImage{std::string("\x89PNG\0\xff", 6), "image/png"};

const Artifact kArtifact{"a.png", "image/png", std::string("\0\xff", 2)};
const CriticState kCritic{Milliseconds(60'000), 1, 5, 3, true, "stuck", {"hurry"}};

const Past kPast{3,           kUsage,  {{1, "plan", PhaseEnd::salvaged, "half a plan", "no step left"}},
                 {kArtifact}, kCritic, "the answer"};

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
  return {
      Admitted{{{"name", "triage"}}, {{"caller", "me"}}, {said("why?"), llm::assistant_message("because")}, kPast},
      Opened{3, "host:1"},
      Responded{answer()},
      Intended{{1, 2}, "key", "irreversible", {"boot", Milliseconds(7)}, true, true},
      Settled{
          {1, 2}, llm::CallState::failed, "key", "no", {kImage, kImage}, {said("see")}, "the answer", {kArtifact}, 3},
      Steered{said("hurry"), "critic", true},
      Waited{WaitReason::approval, {{1, 2}, {1, 3}}, "why", WallTime(Milliseconds(123))},
      Retried{{1, 2}},
      Ended{RunStatus::killed, "partial", "broke", "run.max_steps"},
      PhaseStarted{1, "plan", "Plan.", "lab/model"},
      PhaseEnded{1, "plan", PhaseEnd::salvaged, "half a plan", "no step left"},
      Gated{2, {{1, Ruling::rewrite, "{}", "safer"}, {3, Ruling::ask, "[]", "look at it"}}},
      Approved{{2, 1}, true, "fine"},
      Compacted{4, "so far", 900, 100, kUsage, "broke"},
      Criticised{"hurry", Milliseconds(60'000), 5, true, "stuck", kUsage},
      Generated{{2, 1}, 3, "digest", answer()},
      Spent{"lab/model", kUsage},
      Withheld{{{{2, llm::MessagePart::Kind::result_images, 1}, "left out"}}, "too long"}};
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
               WaitReason::provider},
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
