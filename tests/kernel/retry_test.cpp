// An ended run that goes on: what is in its journal is not done again, its limits count anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/parking_test.hpp"
#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

Task<void> nothing() { co_return; }

Task<void> retry_beside(journal::JournalStore& store, std::optional<Reopening>& result) {
  result = co_await retry_run(store, *RunId::parse("run"));
}

// Acts, then answers; while `broken` the model fails after the act.
struct Retried : Harness {
  explicit Retried(tool::Effect effect = tool::Effect::keyed)
      : Harness([this](std::size_t turn) { return answer(turn); }), act(add_tool("act", effect)) {}
  llm::Response answer(std::size_t turn) {
    if (turn == 0) return calls({{"c", "act", "{}"}});
    if (broken) throw failed("model.failed", "the model is out of order");
    return says("done");
  }
  Reopening retry(std::string id = "run", DryRun dry_run = DryRun::no) {
    return loop.run(retry_run(*store, *RunId::parse(std::move(id)), "ada", dry_run));
  }
  journal::RunRow row(std::string id = "run") { return *loop.run(store->inner().find(*RunId::parse(id))); }

  bool broken = true;
  EffectTool& act;
};

TEST(Retry, GoesOnFromTheLastEntry) {  // [DUR-40] [DUR-09]
  Retried run;
  ASSERT_EQ(run.run().error_code, "model.failed");
  run.broken = false;
  run.new_process();

  auto reopening = run.retry();

  EXPECT_EQ(reopening, Reopening::accepted);
  EXPECT_EQ(reopening.status, RunStatus::error);
  EXPECT_EQ(reopening.error, "the model is out of order");
  EXPECT_EQ(run.row().status, RunStatus::queued);
  auto outcome = run.recover();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.model->asked[0], 1) << "what was answered is not asked again";
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_EQ(std::get<journal::Reopened>(run.entries()[run.entries().size() - 4].payload).by, "ada");
}

TEST(Retry, HasTheDigestOfARunThatDidNotFail) {  // [DUR-40] [DUR-24]
  Retried calm, retried;
  calm.broken = false;
  (void)retried.run();
  retried.broken = false;
  ASSERT_EQ(retried.retry(), Reopening::accepted);

  EXPECT_EQ(digest_of(*retried.recover()), digest_of(calm.run()));
}

TEST(Retry, ThatOnlySaysWhatItWouldDoChangesNothing) {  // [DUR-40]
  Retried run;
  (void)run.run();

  EXPECT_EQ(run.retry("run", DryRun::yes), Reopening::accepted);

  EXPECT_EQ(run.row().status, RunStatus::error);
  EXPECT_THAT(run.kinds(), Not(Contains("reopened")));
}

TEST(Retry, IsForRunsThatEndedInErrorOrTimeout) {  // [DUR-40]
  Retried run;
  EXPECT_EQ(run.retry("gone"), Reopening::no_such_run);
  run.broken = false;
  EXPECT_TRUE(run.run("well").ok());
  EXPECT_EQ(run.retry("well"), Reopening::ended_for_good);
  CancelScope cancelled;
  run.act.before_effect = [&] { cancelled.cancel({Cause::caller, "never mind"}); };
  (void)run.run_in(cancelled, "cancelled");
  EXPECT_EQ(run.retry("cancelled").status, RunStatus::cancelled);
  EXPECT_EQ(run.retry("cancelled"), Reopening::ended_for_good);
  CancelScope left;
  run.act.before_effect = [&] { left.cancel({Cause::shutdown, "later"}); };
  (void)run.run_in(left, "left");
  EXPECT_EQ(run.retry("left"), Reopening::not_ended);
}

TEST(Retry, OfTwoAtOnceOpensTheRunOnce) {  // [DUR-40]
  Retried run;
  (void)run.run();
  std::optional<Reopening> other;
  bool is_first = true;
  run.store->before_amend = [&]() -> Task<void> {
    bool first = std::exchange(is_first, false);
    return first ? retry_beside(*run.store, other) : nothing();
  };

  EXPECT_EQ(run.retry(), Reopening::not_ended);

  EXPECT_EQ(*other, Reopening::accepted);
  EXPECT_EQ(std::ranges::count(run.kinds(), "reopened"), 1);
}

TEST(Retry, ThatFailsAgainEndsAgain) {  // [DUR-40] [IO-09]
  Retried run;
  int ends = 0;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.finalizers = {[&](const RunOutcome& outcome) { ends += outcome.status == RunStatus::error; }};
  });
  (void)run.run();
  ASSERT_EQ(run.retry(), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_EQ(outcome->status, RunStatus::error) << "it is not left for another try";
  EXPECT_EQ(ends, 2) << "a second end is an end";
  EXPECT_EQ(run.retry(), Reopening::accepted) << "and may be retried";
}

TEST(Retry, GivesTheRunItsTimeAgain) {  // [DUR-40] [RUN-05]
  Retried run(tool::Effect::idempotent);
  run.broken = false;
  run.agent.max_runtime = Milliseconds(10'000);
  run.act.change().timeout = std::chrono::minutes(10);
  bool slow = true;
  run.act.around = [&](OneShot<>) { return sleep_for(Milliseconds(std::exchange(slow, false) ? 60'000 : 9'000)); };
  ASSERT_EQ(run.run().status, RunStatus::timeout);

  ASSERT_EQ(run.retry(), Reopening::accepted);

  auto outcome = run.recover();
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  slow = true;
  ASSERT_EQ(run.run("other").status, RunStatus::timeout);
  slow = true;
  ASSERT_EQ(run.retry("other"), Reopening::accepted);
  EXPECT_EQ(run.recover("other")->status, RunStatus::timeout) << "but no more than that";
}

TEST(Retry, GivesTheRunItsStepsAgain) {  // [DUR-40] [RUN-04]
  Harness run([](std::size_t turn) {
    return turn < 5 ? calls({{"c", "act", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
  });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.max_iterations = 2;
  auto retry = [&] { return run.loop.run(retry_run(*run.store, *RunId::parse("run"))); };
  EXPECT_EQ(run.run().error_code, "run.max_steps");
  ASSERT_EQ(retry(), Reopening::accepted);
  EXPECT_EQ(run.recover()->error_code, "run.max_steps");
  ASSERT_EQ(retry(), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(outcome->iterations, 6);
  EXPECT_EQ(run.total_effects(), 5);
}

TEST(Retry, LooksForLoopsFromThereOn) {  // [DUR-40] [RUN-07] [RUN-08]
  for (bool same : {true, false}) {
    int left = 5;
    Harness run([&](std::size_t turn) {
      auto n = same ? "1" : std::to_string(turn);
      return left-- > 0 ? calls({{"c", "act", R"({"n":)" + n + "}"}}) : says("done");
    });
    auto& act = run.add_tool("act", tool::Effect::pure);
    if (!same) act.act = [] { return tool::Failed{"no"}; };
    EXPECT_EQ(run.run().error_code, "run.tool_loop");
    ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);

    auto outcome = run.recover();

    EXPECT_TRUE(outcome->ok()) << same << outcome->error;
  }
}

TEST(Retry, AsksAgainForAnAnswerThatWasCut) {  // [DUR-40]
  bool cut = true;
  Harness run([&](std::size_t) {
    auto answer = says(cut ? "half an ans" : "the answer");
    if (std::exchange(cut, false)) answer.finish = llm::FinishReason::length;
    return answer;
  });
  EXPECT_EQ(run.run().error_code, "model.cut");
  ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_EQ(outcome->output, "the answer");
  EXPECT_EQ(run.model->requests.back().messages.size(), 1u) << "it does not see the cut one";
  EXPECT_EQ(outcome->usage.input, 20) << "which was paid";
}

TEST(Retry, HearsWhatCameTooLate) {  // [DUR-40] [DUR-13]
  Retried run;
  run.model->on_call = [&] {
    if (run.model->requests.size() == 2) run.post(commands::steer("be quick"));
  };
  ASSERT_THAT(run.run().unheard, ElementsAre("be quick"));
  run.model->on_call = nullptr;
  run.broken = false;
  ASSERT_EQ(run.retry(), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_EQ(run.model->requests.back().messages.back().text(), "be quick");
  EXPECT_THAT(outcome->unheard, IsEmpty());
}

TEST(Retry, TellsTheModelNoSignalsThatWereLeft) {  // [DUR-40] [DUR-44]
  Retried run;
  run.model->on_call = [&] {
    if (run.model->requests.size() == 2) run.post(commands::signal("paid", 5));
  };
  ASSERT_THAT(run.run().unheard, ElementsAre("signal paid 5"));
  run.model->on_call = nullptr;
  run.broken = false;
  ASSERT_EQ(run.retry(), Reopening::accepted);

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(run.model->requests.back().messages.size(), 3u) << "the prompt, the call and its result";
  EXPECT_THAT(outcome->unheard, ElementsAre("signal paid 5")) << "no call took it";
}

// The model is out of order when two signals of one name and another one come; then it makes two calls that wait.
TEST(Retry, KeepsTheSignalsThatNoCallHadTaken) {  // [DUR-40] [DUR-44]
  bool broken = true;
  Parking run([&](std::size_t turn) {
    if (broken) throw failed("model.failed", "out of order");
    return turn < 2 ? calls({call_of("wait", "w" + std::to_string(turn))}) : says("done");
  });
  run.add_parking("wait", tool::Effect::pure,
                  [](const auto&, const tool::Call&) { return tool::ParkForSignal{"paid"}; });
  auto came = run.now();
  run.model->on_call = [&] {
    run.signal("paid", 1);
    run.signal("sent", 2);
    run.signal("paid", 3);
  };
  ASSERT_THAT(run.run().unheard, ElementsAre("signal paid 1", "signal sent 2", "signal paid 3"));
  run.model->on_call = nullptr;
  broken = false;
  run.loop.advance(Milliseconds(100));
  ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);
  run.signal("paid", 4);
  EXPECT_EQ(run.loop.run(run.store->inner().inbox(*RunId::parse("run")))[2].at, came) << "as they were sent";

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_THAT(run.told(), ElementsAre("w0 first", "w0 1", "w1 first", "w1 3")) << "in order, each once";
  EXPECT_THAT(outcome->unheard, ElementsAre("signal sent 2", "signal paid 4"));
}

TEST(Retry, WaitsAgainInACallThatWasParked) {  // [DUR-40] [DUR-43]
  using namespace std::chrono_literals;
  Parking run({call_of("nap", "a"), call_of("look", "b")});
  run.add_parking("nap", tool::Effect::pure, [](const auto&, const tool::Call&) { return tool::ParkFor{1h}; });
  run.agent.max_runtime = 30min;
  bool slow = true;
  auto& look = run.add_tool("look", tool::Effect::pure);
  look.change().timeout = 2h;
  look.around = [&](OneShot<>) { return sleep_for(std::exchange(slow, false) ? 31min : 1min); };
  auto due = run.now() + 1h;
  ASSERT_EQ(run.run().status, RunStatus::timeout);
  ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_EQ(outcome->reason, "timer");
  EXPECT_EQ(outcome->wake_at, due);
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("a first", "a time")) << "it was not begun anew";
}

TEST(Retry, AsksAboutACallThatWasInDoubtAtTheEnd) {  // [DUR-40] [DUR-05] [DUR-06]
  Retried run(tool::Effect::irreversible);
  run.broken = false;
  run.agent.max_runtime = Milliseconds(10'000);
  run.act.change().timeout = std::chrono::minutes(10);
  run.act.around = [](OneShot<>) { return sleep_for(std::chrono::minutes(1)); };
  ASSERT_EQ(run.run().status, RunStatus::timeout);
  ASSERT_EQ(run.retry(), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_EQ(outcome->status, RunStatus::waiting);
  EXPECT_EQ(outcome->reason, "in_doubt");
  EXPECT_EQ(run.model->asked[0], 1);
}

TEST(Retry, GoesOnInTheMiddleOfItsPhase) {  // [DUR-40] [DUR-12]
  bool broken = true;
  Harness run([&](const llm::Request& request, std::size_t turn) {
    if (request.system == "plan") return says("a plan");
    if (turn == 0) return calls({{"c", "act", "{}"}});
    if (broken) throw failed("model.failed", "the model is out of order");
    return says("done");
  });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.phases = {{"first", "plan"}, {"second", "do"}};
  EXPECT_EQ(run.run().error_code, "model.failed");
  broken = false;
  ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);

  auto outcome = run.recover();

  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.model->requests.size(), 4u) << "plan, call, failure, answer";
  EXPECT_EQ(run.total_effects(), 1);
}

// Of a process that dies at any write, and of the person who asks again.
TEST(Retry, SurvivesACrashAnywhere) {  // [DUR-40] [DUR-24]
  Retried calm;
  calm.broken = false;
  auto digest = digest_of(calm.run());
  for (int writes = 0; writes < 5; ++writes) {
    Retried run;
    (void)run.run();
    run.broken = false;
    run.store->writes_left = writes;
    try {
      (void)run.retry();
      (void)run.recover();
    } catch (const Error&) {  // the process is dead
    }
    run.new_process();
    (void)run.retry();
    (void)run.recover();

    EXPECT_EQ(run.row().status, RunStatus::ok) << writes;
    EXPECT_EQ(digest_of(outcome_of(*run.loop.run(read_stored_run(*run.store, *RunId::parse("run"))))), digest);
    EXPECT_EQ(run.total_effects(), 1);
    EXPECT_EQ(std::ranges::count(run.kinds(), "reopened"), 1);
  }
}

}  // namespace
}  // namespace executus::run
