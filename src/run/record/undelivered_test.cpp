// Every steer message that was accepted is in a request that a model answered, or the run's end tells it as
// undelivered: whenever it was said, whatever ends the run, and wherever the end is written.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;
using Texts = std::vector<std::string>;

// A run of two calls and an answer. Every response says which request it answers.
struct SteeredRun : Harness {
  SteeredRun() : Harness([this](const llm::Request&, std::size_t turn) { return respond(turn); }) {
    act = &add_tool("act", tool::Effect::keyed);
    look = &add_tool("look", tool::Effect::pure);
  }
  llm::Response respond(std::size_t turn) {
    if (fails) throw llm::ModelError(llm::Failure::permanent, "model.rejected", "no", 400);
    llm::Response response = turn == 0   ? calls({{"a", "act", "{}"}})
                             : turn == 1 ? calls({{"b", "look", "{}"}})
                                         : says("");
    response.message.parts = llm::assistant_message(std::to_string(model->requests.size() - 1)).parts;
    return response;
  }

  // A message that comes after the run's end is not accepted.
  void say(const std::string& text) {
    auto verdict = loop.run(store->inner().post(*RunId::parse("run"), commands::steer(text)));
    if (verdict == journal::PostVerdict::accepted) accepted.push_back(text);
  }
  RunOutcome go_on() {
    new_process(observer);
    return *recover();
  }
  journal::Checkpoint folded() { return journal::fold(entries()); }

  Texts told() {
    Texts texts;
    for (const auto& entry : entries())
      if (const auto* said = std::get_if<journal::Steered>(&entry.payload); said && said->undelivered)
        texts.push_back(said->message.text());
    return texts;
  }
  Texts heard() {
    std::set<std::string> texts;
    for (const auto& entry : entries())
      if (const auto* answer = std::get_if<journal::Responded>(&entry.payload))
        for (const auto& message : model->requests.at(std::stoul(answer->response.message.text())).messages)
          if (message.role == llm::Role::user && message.text() != "please") texts.insert(message.text());
    return {texts.begin(), texts.end()};
  }

  EffectTool *act, *look;
  RunObserver* observer = nullptr;
  bool fails = false;  // the model, from now on
  Texts accepted;
};

// Its process dies in a model call: the first one, or the second when the run takes `said` in before that.
struct KilledInAModelCall : SteeredRun {
  explicit KilledInAModelCall(const std::string& said = "") {
    EntryObserver first([&](const journal::Entry& entry) {
      if (std::holds_alternative<journal::Responded>(entry.payload) && !said.empty()) say(said);
    });
    new_process(said.empty() ? nullptr : &first);
    std::size_t fatal = said.empty() ? 1 : 2;
    model->on_call = [this, fatal] { store->dead = model->requests.size() == fatal; };
    (void)run();
    model->on_call = nullptr;
    new_process();
  }
};

TEST(Undelivered, IsWhatWasSaidToAKilledRunBeforeItWasCancelled) {  // [DUR-38] [DUR-13]
  KilledInAModelCall run;
  run.say("hurry");
  run.post(commands::cancel());
  auto outcome = run.go_on();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(outcome.unheard, ElementsAre("hurry"));
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "steered", "ended")) << "said once, and never as heard";
}

TEST(Undelivered, IsWhatWasSaidToARunThatCannotBeOpened) {  // [DUR-38] [DUR-13]
  KilledInAModelCall run;
  run.say("hurry");
  run.post(commands::cancel());
  run.say("never mind");
  run.forget_tools();
  auto outcome = run.go_on();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(outcome.unheard, ElementsAre("hurry", "never mind"));
  EXPECT_THAT(run.told(), ElementsAre("hurry", "never mind"));
}

TEST(Undelivered, IsWhatARunThatCannotBeOpenedHadTakenIn) {  // [DUR-38] [DUR-13]
  KilledInAModelCall run("hurry");
  ASSERT_EQ(run.folded().unanswered.size(), 1u);
  run.say("never mind");
  run.post(commands::cancel());
  run.forget_tools();
  EXPECT_THAT(run.go_on().unheard, ElementsAre("hurry", "never mind"));
}

TEST(Undelivered, IsNothingOfARunThatGoesOn) {  // [DUR-13]
  KilledInAModelCall run("hurry");
  run.say("never mind");
  auto outcome = run.go_on();
  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.unheard, IsEmpty());
  EXPECT_THAT(run.heard(), ElementsAre("hurry", "never mind"));
}

TEST(Undelivered, IsNothingYetOfARunThatCannotBeOpenedAndStays) {  // [DUR-13] [DUR-39]
  KilledInAModelCall run;
  run.say("hurry");
  run.look->lacks = {"set LOOK_TOKEN"};
  EXPECT_EQ(run.go_on().status, RunStatus::running);
  EXPECT_THAT(run.told(), IsEmpty());
  run.look->lacks.clear();
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.heard(), ElementsAre("hurry"));
}

// Such a command is consumed, and no entry tells it.
TEST(Undelivered, IsNoCommandThatCannotBeRead) {  // [DUR-38]
  KilledInAModelCall run;
  journal::Command empty;
  empty.kind = commands::kSteer;
  run.post(std::move(empty));
  run.post(commands::cancel());
  EXPECT_EQ(run.go_on().status, RunStatus::cancelled);
  EXPECT_THAT(run.told(), IsEmpty());
  EXPECT_THAT(run.loop.run(run.store->inbox(*RunId::parse("run"))), IsEmpty());
}

// What may end a run, or its stay in a process.
enum class End {
  nothing,
  cancel_command,
  cancel_command_noticed_at_once,
  cancelled_by_caller,
  killed,
  out_of_time,
  model_fails,
  shut_down,
  dies,
  dies_and_is_cancelled,
  dies_and_is_cancelled_where_it_cannot_be_opened,
};
constexpr int kEnds = 11;

// Something is said, and something ends the run, each at a moment of its own: they are counted over model calls, tool
// calls and entries.
struct Disturbed : SteeredRun {
  Disturbed(int say_at, int end_at, End how) : say_at_(say_at), end_at_(end_at), end_(how) {
    model->on_call = [this] { moment(); };
    act->before_effect = look->before_effect = [this] { moment(); };
    look->change().timeout = std::chrono::hours(1);
    look->around = [this](OneShot<>) { return sleep_for(Milliseconds(slow_ ? 1'000'000 : 0)); };
    agent.max_runtime = Milliseconds(100'000);
    observer = &counts_;
    new_process(observer);
  }
  RunOutcome live() {
    auto outcome = run_in(scope_);
    quiet_ = true;
    if (is_terminal(outcome.status)) return outcome;
    new_process();
    bool is_cancelled = end_ == End::dies_and_is_cancelled || cannot_be_opened();
    say("between");
    if (is_cancelled) post(commands::cancel());
    if (is_cancelled) say("after");
    if (cannot_be_opened()) forget_tools();
    return go_on();
  }
  int moments() const { return moment_; }

 private:
  bool cannot_be_opened() const { return end_ == End::dies_and_is_cancelled_where_it_cannot_be_opened; }
  void moment() {
    if (quiet_ || store->dead) return;
    int now = moment_++;
    if (now == say_at_) say("hurry");
    if (now == end_at_) end();
    if (now == end_at_) say("late");
  }
  void end() {
    if (end_ == End::cancel_command || end_ == End::cancel_command_noticed_at_once) post(commands::cancel());
    if (end_ == End::cancel_command_noticed_at_once) executor->look_at_inbox(*RunId::parse("run"));
    if (end_ == End::cancelled_by_caller) scope_.cancel({Cause::caller, "enough"});
    if (end_ == End::killed) scope_.cancel({Cause::kill, "enough"});
    if (end_ == End::shut_down) scope_.cancel({Cause::shutdown, "restart"});
    if (end_ >= End::dies) store->dead = true;
    fails = fails || end_ == End::model_fails;
    slow_ = slow_ || end_ == End::out_of_time;
  }

  int say_at_, end_at_, moment_ = 0;
  End end_;
  bool slow_ = false, quiet_ = false;
  CancelScope scope_;
  EntryObserver counts_{[this](const journal::Entry&) { moment(); }};
};

std::string what_is_wrong(Disturbed& run, const RunOutcome& outcome) {
  if (!is_terminal(outcome.status)) return "it has not ended: " + outcome.reason;
  auto told = run.told(), heard = run.heard();
  if (outcome.unheard != told || run.folded().unheard != told) return "the outcome and the entries do not agree";
  Texts all = told;
  all.insert(all.end(), heard.begin(), heard.end());
  if (!::testing::Matches(UnorderedElementsAreArray(run.accepted))(all))
    return "accepted " + ::testing::PrintToString(run.accepted) + ", heard " + ::testing::PrintToString(heard) +
           ", told " + ::testing::PrintToString(told);
  return "";
}

struct Pipelines : ::testing::TestWithParam<bool> {
  static void add_phases(Harness& run) {
    run.agent.phases = {{"one", "one"}, {"two", "two"}};
    run.agent.phases[0].optional = true;
  }
};

TEST_P(Pipelines, AMessageIsHeardOrToldWhateverEndsTheRun) {  // [DUR-38] [DUR-13] [PH-17]
  std::map<RunStatus, int> endings;
  constexpr int kBefore = 4;  // so many moments before the end it is said at the earliest
  int heard = 0, told = 0, moments = 1;
  for (int end_at = 0; end_at < moments; ++end_at)
    for (int say_at = std::max(0, end_at - kBefore); say_at <= end_at; ++say_at)
      for (int how = 0; how < kEnds; ++how) {
        Disturbed run(say_at, end_at, static_cast<End>(how));
        if (GetParam()) add_phases(run);
        auto outcome = run.live();
        ASSERT_EQ(what_is_wrong(run, outcome), "") << "said at " << say_at << ", ended at " << end_at << " by " << how
                                                   << ": " << ::testing::PrintToString(run.kinds());
        ++endings[outcome.status];
        heard += static_cast<int>(run.heard().size());
        told += static_cast<int>(run.told().size());
        if (how == 0) moments = std::max(moments, run.moments());
      }
  for (auto status : {RunStatus::ok, RunStatus::cancelled, RunStatus::killed, RunStatus::timeout, RunStatus::error})
    EXPECT_GT(endings[status], 10) << to_string(status);
  EXPECT_GT(heard, 100);
  EXPECT_GT(told, 100);
}

INSTANTIATE_TEST_SUITE_P(Undelivered, Pipelines, ::testing::Bool());

}  // namespace
}  // namespace executus::run
