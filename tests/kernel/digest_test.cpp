// What a digest tells apart: the crash tests compare nothing else.
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <executus/run/outcome.hpp>

namespace executus {
namespace {

RunOutcome a_run() {
  RunOutcome outcome;
  outcome.run_id = RunId::parse("r").value();
  outcome.status = RunStatus::ok;
  outcome.output = "Charged.";
  outcome.usage = {100, 20, 30, 4, 5};
  outcome.iterations = 2;
  outcome.phases = {{0, "plan", journal::PhaseEnd::completed, "a plan", ""}};
  llm::Message results;
  results.role = llm::Role::tool;
  results.tool_results = {{"c1", "charge", "paid", {}, false}, {"c2", "look", "seen", {{"bytes", "image/png"}}, false}};
  outcome.messages = {llm::user_message("charge it"),
                      llm::assistant_message("Let me.", {{"c1", "charge", R"({"n":1})"}, {"c2", "look", "{}"}}),
                      results, llm::assistant_message("Charged.")};
  return outcome;
}

llm::Message message(const RunOutcome& outcome, std::size_t i) { return outcome.messages[i]; }

using Change = std::function<void(RunOutcome&)>;

Change in_message(std::size_t i, std::function<void(llm::Message&)> change) {
  return [=](RunOutcome& outcome) {
    auto changed = message(outcome, i);
    change(changed);
    outcome.messages.replace(i, std::move(changed));
  };
}

std::string digest_with(const Change& change) {
  auto outcome = a_run();
  change(outcome);
  return digest_of(outcome);
}

TEST(Digest, DiffersWhenAnythingOfARunDoes) {  // [DUR-24]
  const std::vector<std::pair<const char*, Change>> changes{
      {"nothing", [](RunOutcome&) {}},
      {"a result", in_message(2, [](auto& m) { m.tool_results[0].text = "refused"; })},
      {"a second result", in_message(2, [](auto& m) { m.tool_results[1].text = "not seen"; })},
      {"whether a result is an error", in_message(2, [](auto& m) { m.tool_results[0].is_error = true; })},
      {"an image", in_message(2, [](auto& m) { m.tool_results[1].images[0].bytes = "others"; })},
      {"a missing image", in_message(2, [](auto& m) { m.tool_results[1].images.clear(); })},
      {"a missing result", in_message(2, [](auto& m) { m.tool_results.pop_back(); })},
      {"arguments", in_message(1, [](auto& m) { m.tool_calls[0].arguments = R"({"n":2})"; })},
      {"a tool", in_message(1, [](auto& m) { m.tool_calls[0].name = "refund"; })},
      {"a text of the model", in_message(1, [](auto& m) { m.parts = {llm::Text{"Let us."}}; })},
      {"the prompt", in_message(0, [](auto& m) { m.parts = {llm::Text{"refund it"}}; })},
      {"who said it", in_message(0, [](auto& m) { m.role = llm::Role::system; })},
      {"a message more", [](RunOutcome& o) { o.messages.push_back(llm::user_message("and now?")); }},
      {"the output", [](RunOutcome& o) { o.output = "Refunded."; }},
      {"the status", [](RunOutcome& o) { o.status = RunStatus::error; }},
      {"a phase's output", [](RunOutcome& o) { o.phases[0].output = "no plan"; }},
      {"a phase's name", [](RunOutcome& o) { o.phases[0].name = "draft"; }},
      {"input tokens", [](RunOutcome& o) { ++o.usage.input; }},
      {"output tokens", [](RunOutcome& o) { ++o.usage.output; }}};
  std::set<std::string> digests;
  for (const auto& [what, change] : changes) EXPECT_TRUE(digests.insert(digest_with(change)).second) << what;
}

TEST(Digest, IsTheSameWhateverARunWasCalledAndHowItCameThere) {  // [DUR-24]
  const std::vector<std::pair<const char*, Change>> changes{
      {"the run's id", [](RunOutcome& o) { o.run_id = RunId::parse("another").value(); }},
      {"attempts", [](RunOutcome& o) { o.attempts = 7; }},
      {"the cache", [](RunOutcome& o) { o.usage.cache_read = o.usage.cache_write = o.usage.reasoning = 99; }},
      {"private content",
       in_message(1, [](auto& m) { m.parts.push_back(llm::Opaque{"anthropic", boost::json::object{{"x", 1}}}); })},
      {"call ids", [](RunOutcome& o) {
         in_message(1, [](auto& m) { m.tool_calls[0].id = "x", m.tool_calls[1].id = "y"; })(o);
         in_message(2, [](auto& m) { m.tool_results[0].call_id = "x", m.tool_results[1].call_id = "y"; })(o);
       }}};
  for (const auto& [what, change] : changes) EXPECT_EQ(digest_with(change), digest_of(a_run())) << what;
}

}  // namespace
}  // namespace executus
