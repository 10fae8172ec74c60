// What a fork takes over of a journal, entry by entry.
#include "run/amend/taken_over.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::run {
namespace {

using namespace journal;
using llm::CallState;
using ::testing::ElementsAre;

// A journal that begins with a question.
class Original {
 public:
  explicit Original(Boxed<Past> past = {}, std::vector<llm::Message> input = {llm::user_message("why?")}) {
    add(Admitted{{{"name", "old"}}, {}, std::move(input), std::move(past)});
  }
  Original& add(Payload payload) {
    auto seq = entries_.size() + 1;
    entries_.push_back({seq, WallTime(Milliseconds(seq)), Milliseconds(10 * seq), std::move(payload)});
    return *this;
  }
  // The model asks for calls with these ids, which tell of usage.
  Original& ask(std::vector<std::string> ids) {
    llm::Response response;
    std::vector<llm::ToolCall> calls;
    for (auto& id : ids) calls.push_back({std::move(id), "act", "{}"});
    bool asks = !calls.empty();
    response.message = llm::assistant_message("", std::move(calls));
    response.finish = asks ? llm::FinishReason::tool_calls : llm::FinishReason::stop;
    response.usage = {10, 5, 0, 0, 0};
    return add(Responded{std::move(response)});
  }
  Original& settle(llm::CallPosition call, CallState state = CallState::done) {
    return add(Settled{call, state, "k", "seen", {{"bytes", "image/png"}}, {}, {}, {{"a.txt", "", "x"}}});
  }
  TakenOver fork(int steps, const std::map<std::string, std::string>& results = {}) const {
    return taken_over({}, entries_, steps, results);
  }
  std::string code_of_fork(int steps, const std::map<std::string, std::string>& results = {}) const {
    try {
      (void)fork(steps, results);
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }

 private:
  std::vector<Entry> entries_;
};

std::vector<std::string> kinds(const TakenOver& taken) {
  std::vector<std::string> names;
  for (const auto& entry : taken.entries) names.emplace_back(kind_name(kind_of(entry.payload)));
  return names;
}

template <class E>
const E& only(const TakenOver& taken) {
  for (const auto& entry : taken.entries)
    if (const auto* found = std::get_if<E>(&entry.payload)) return *found;
  throw std::logic_error("there is no such entry");
}

llm::Response bought() {
  llm::Response response;
  response.usage = {10, 5, 0, 0, 0};
  return response;
}

TEST(TakenOver, IsWithoutWhatIsAboutTheOtherRunAlone) {  // [API-13] [DUR-30]
  Original run;
  run.add(Opened{1, "w"}).add(Spent{"m", {1, 0, 0, 0, 0}}).add(Criticised{"hurry", Milliseconds(1), 2});
  run.add(Steered{llm::user_message("hurry"), "critic"}).add(Redefined{{{"name", "new"}}, "ada"}).ask({"a"});
  run.add(Intended{{0, 0}, "k", "keyed"}).add(Waited{WaitReason::in_doubt, {{0, 0}}}).add(Retried{{0, 0}});
  run.add(Intended{{0, 0}, "k", "keyed"}).add(Generated{{0, 0}, 1, "q", bought()}).settle({0, 0});
  run.add(Compacted{1, "so far", 9, 1, {7, 1, 0, 0, 0}, ""}).add(Waited{WaitReason::provider}).ask({});

  auto taken = run.fork(1);

  EXPECT_THAT(kinds(taken),
              ElementsAre("steered", "responded", "intended", "intended", "generated", "settled", "compacted"));
  EXPECT_EQ(only<Responded>(taken).response.usage, llm::Usage{});
  EXPECT_EQ(only<Generated>(taken).response.usage, llm::Usage{});
  EXPECT_EQ(only<Compacted>(taken).usage, llm::Usage{}) << "the other run paid for it";
  EXPECT_EQ(taken.admitted.agent.at("name"), "new");
  EXPECT_EQ(run.fork(0).admitted.agent.at("name"), "new") << "it was given before the first response";
}

TEST(TakenOver, HasTheDefinitionOfThen) {  // [API-13] [DUR-22]
  Original run;
  run.ask({"a"}).settle({0, 0}).ask({}).add(Redefined{{{"name", "new"}}, "ada"});
  EXPECT_EQ(run.fork(1).admitted.agent.at("name"), "old");
  EXPECT_EQ(run.fork(2).admitted.agent.at("name"), "new");
}

TEST(TakenOver, CountsOnFromTheFirstEntryWithoutTime) {  // [API-13]
  Original run;
  run.add(Opened{1, "w"}).ask({"a"}).settle({0, 0}).ask({});
  auto taken = run.fork(2);
  for (std::size_t i = 0; i < taken.entries.size(); ++i) {
    EXPECT_EQ(taken.entries[i].seq, i + 2);
    EXPECT_EQ(taken.entries[i].elapsed, Milliseconds(0));
  }
}

TEST(TakenOver, HasAnEndThatTheRunWasReopenedFromAndNoOther) {  // [API-13] [DUR-40]
  Original run;
  auto left = Steered{llm::user_message("signal paid"), "signal", true, LeftSignal{"paid", nullptr, {}}};
  auto late = Steered{llm::user_message("hurry"), "steer", true};
  for (int ends = 0; ends < 2; ++ends) {
    run.add(late).add(left).add(Cut{"half"}).add(Ended{RunStatus::error, "", "broke", "model.failed"});
    if (ends == 0) run.add(Reopened{"ada"});
  }
  EXPECT_THAT(kinds(run.fork(0)), ElementsAre("steered", "ended", "reopened"));
}

// Of a call that is open the person is asked again; of one that was made the change is part of what happened.
TEST(TakenOver, HasWhatAPersonMadeOfACallThatWasMade) {  // [API-13] [DUR-36]
  Original run;
  run.ask({"a", "b"}).add(Gated{0, {{0, Ruling::ask}, {1, Ruling::ask}}});
  run.add(CallChanged{{0, 0}, "{}", "[1]", "", "ada"}).add(CallChanged{{0, 1}, "{}", "[2]", "", "ada"});
  run.settle({0, 0});

  auto taken = run.fork(1);

  EXPECT_THAT(kinds(taken), ElementsAre("responded", "gated", "call_changed", "settled"));
  EXPECT_EQ(only<CallChanged>(taken).arguments, "[1]");
}

TEST(TakenOver, SaysNothingOfCallsThatAreMadeAnew) {  // [API-13] [DUR-36] [DUR-43]
  Original run;
  run.ask({"a", "b"})
      .add(Gated{0, {{0, Ruling::allow}, {1, Ruling::rewrite, "[]"}}})
      .add(Intended{{0, 0}, "k", "keyed"});
  run.settle({0, 0}).add(Generated{{0, 1}, 1, "q", bought()});
  run.add(Parked{{0, 1}, {WallTime(Milliseconds(1))}}).add(Woken{{0, 1}, {llm::CallWake::By::time}});

  auto taken = run.fork(1);

  EXPECT_THAT(kinds(taken), ElementsAre("responded", "gated", "intended", "settled"));
  EXPECT_EQ(only<Gated>(taken).decisions.size(), 1u);
  EXPECT_THAT(taken.begun_anew, ElementsAre("b"));
  EXPECT_THAT(kinds(Original().ask({"a"}).add(Gated{0, {{0, Ruling::ask}}}).fork(1)), ElementsAre("responded"));
}

TEST(TakenOver, GoesOnWithThePlanOfACall) {  // [API-13] [SBX-03]
  Original run;
  run.ask({"a"}).add(Gated{0, {{0, Ruling::rewrite, "[]"}}});
  run.add(Intended{{0, 0}, "k", "idempotent", {}, false, false, {{"files", 1}}});

  auto taken = run.fork(1);

  EXPECT_THAT(kinds(taken), ElementsAre("responded", "gated", "intended"));
  EXPECT_EQ(only<Intended>(taken).plan.at("files"), 1);
  EXPECT_THAT(taken.begun_anew, ElementsAre());
  EXPECT_THAT(kinds(run.fork(1, {{"a", "given"}})), ElementsAre("responded", "settled"));
  run.add(Intended{{0, 0}, "k", "keyed", {}, false, false, {{"files", 1}}});
  EXPECT_EQ(run.code_of_fork(1), "fork.in_doubt");
}

TEST(TakenOver, PutsAResultInThePlaceOfAnyOutcomeButADenial) {  // [API-13]
  Original run;
  run.ask({"a", "b"}).settle({0, 0}, CallState::failed).add(Gated{0, {{1, Ruling::deny, "", "no"}}}).ask({});

  auto taken = run.fork(1, {{"a", "given"}});

  const auto& settled = only<Settled>(taken);
  EXPECT_EQ(settled.state, CallState::done);
  EXPECT_EQ(settled.text, "given");
  EXPECT_TRUE(settled.images.empty() && settled.artifacts.empty()) << "they were of the outcome of then";
  EXPECT_EQ(run.code_of_fork(1, {{"b", "given"}}), "fork.call");
  EXPECT_EQ(run.code_of_fork(1, {{"gone", "given"}}), "fork.call");
}

// Of a run that a host kept elsewhere before.
TEST(TakenOver, BeginsWithTheConversationThatTheJournalBeginsWith) {  // [API-13] [DUR-11]
  Past past;
  past.iteration = 1;
  past.usage = past.spent = {10, 5, 0, 0, 0};
  past.attempts = 3;
  past.critic.extensions = 2;
  past.unheard = {"hurry"};
  llm::Message result;
  result.role = llm::Role::tool;
  result.tool_results.push_back({"a", "act", "seen", {}, false});
  Original run(past, {llm::user_message("why?"), llm::assistant_message("", {{"a", "act", "{}"}}), result});
  run.ask({});

  auto taken = run.fork(1);

  EXPECT_EQ(taken.admitted.past->usage, llm::Usage{});
  EXPECT_EQ(taken.admitted.past->spent, llm::Usage{});
  EXPECT_EQ(taken.admitted.past->attempts, 0);
  EXPECT_EQ(taken.admitted.past->critic, CriticState{});
  EXPECT_TRUE(taken.admitted.past->unheard.empty());
  EXPECT_EQ(taken.admitted.past->iteration, 1);
  EXPECT_EQ(run.code_of_fork(0), "fork.step") << "its journal does not reach back so far";
  EXPECT_EQ(run.code_of_fork(1, {{"a", "given"}}), "fork.call") << "nor does it have that outcome";
}

}  // namespace
}  // namespace executus::run
