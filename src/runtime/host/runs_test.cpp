// What runs() does with runs that it did not start.
#include <atomic>
#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/one_shot.hpp>
#include <executus/executus.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/mortal_store_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct PayArguments {
  int cents = 0;
};
BOOST_DESCRIBE_STRUCT(PayArguments, (), (cents))

struct ActArguments {};
BOOST_DESCRIBE_STRUCT(ActArguments, (), ())

// Runtimes on one database, each a worker of its own. The agent's model calls "act" and then says "done"; a run waits
// until a person allows that call.
class RunsTest : public ::testing::Test {
 protected:
  RunsTest() {
    agent_ = scripted("test", "  - {calls: [{tool: act}]}\n  - {text: done}\n");
    agent_.tools = {"act"};
    agent_.permissions.ask = {"act"};
  }
  Agent scripted(const std::string& name, const std::string& turns) {
    std::ofstream(folder_ / (name + ".yaml")) << "turns:\n" << turns;
    Agent agent;
    agent.name = name;
    agent.model = "scripted/" + (folder_ / (name + ".yaml")).string();
    return agent;
  }
  std::unique_ptr<Runtime> without_tools() {
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 2;
    return std::make_unique<Runtime>(std::move(options));
  }
  std::unique_ptr<Runtime> make_runtime() {
    auto runtime = without_tools();
    runtime->tools().add(make_tool<ActArguments>({.name = "act"}, [this](ActArguments) { return act(); }));
    return runtime;
  }
  Task<std::string> act() {
    begun_.set();
    co_await let_go_.wait();
    co_return "did it";
  }
  static RunId waiting_run(Runtime& runtime, const Agent& agent) {
    auto outcome = runtime.run(agent, "please");
    EXPECT_EQ(outcome.status, RunStatus::waiting) << outcome.error;
    return outcome.run_id;
  }
  RunId approved_run(Runtime& runtime) {
    auto run = waiting_run(runtime, agent_);
    EXPECT_EQ(runtime.runs().approve(run, "").get().verdict, CallAnswered::Verdict::given);
    return run;
  }
  void wait_until_it_acts(Runtime& runtime) { block_on(runtime.loop(), wait_for(begun_)); }
  static Task<void> wait_for(OneShot<> shot) { co_await shot.wait(); }

  testing::TemporaryFolder folder_;
  Agent agent_;
  OneShot<> begun_, let_go_;
  const RunId nobody_ = *RunId::parse("nobody");
};

TEST_F(RunsTest, AreAnsweredByTheIdOfTheCallToo) {  // [API-03]
  using enum CallAnswered::Verdict;
  auto runtime = make_runtime();
  auto runs = runtime->runs();
  auto run = waiting_run(*runtime, agent_);
  auto call = runs.pending().get().at(0).call_id;

  EXPECT_EQ(runs.resolve(run, call, Resolution::retry).get().verdict, not_asked);
  EXPECT_EQ(runs.approve(run, "another").get().verdict, other_call);
  EXPECT_EQ(runs.reject(run, call, {.by = "ada", .reason = "no"}).get().verdict, given);

  auto second = runs.approve(run, "").get();
  EXPECT_EQ(second.verdict, answered_before);
  EXPECT_EQ(earlier_answer(second), "rejected");
  EXPECT_TRUE(runs.find(run).get()->answered);
  EXPECT_EQ(runs.recoverable().get().at(0).id, run);
}

TEST_F(RunsTest, AreReleasedFromQuarantineUnlessItIsOnlyAsked) {  // [API-03] [DUR-16]
  auto runtime = make_runtime();
  auto runs = runtime->runs();
  auto run = waiting_run(*runtime, agent_);
  EXPECT_EQ(runs.release(run, DryRun::yes).get(), Said::ended) << "it is not in quarantine";
  auto claimed = block_on(runtime->loop(), runtime->journal().claim(run, runs.row(run).get()->epoch));
  block_on(runtime->loop(), runtime->journal().quarantine(run, claimed->epoch, "as the test says"));

  EXPECT_EQ(runs.release(run, DryRun::yes).get(), Said::accepted);
  EXPECT_EQ(runs.row(run).get()->status, RunStatus::quarantined) << "it was only asked";

  EXPECT_EQ(runs.release(run).get(), Said::accepted);
  EXPECT_NE(runs.row(run).get()->status, RunStatus::quarantined);
  EXPECT_EQ(runs.release(run).get(), Said::ended);
  EXPECT_EQ(runs.release(nobody_, DryRun::yes).get(), Said::no_such_run);
}

TEST_F(RunsTest, TellWhatTheyTookAndWhatIsToBeSent) {  // [API-03]
  auto runtime = make_runtime();
  auto run = waiting_run(*runtime, agent_);
  audit::AuditFilter others;
  others.agent = "another";

  auto history = runtime->runs().history().get();
  auto spent = runtime->runs().spent({}, audit::By::agent).get();

  ASSERT_THAT(history, SizeIs(1));
  EXPECT_EQ(history[0].info.run, run);
  ASSERT_THAT(spent, SizeIs(1));
  EXPECT_EQ(spent[0].of, "test");
  EXPECT_THAT(runtime->runs().history(others).get(), IsEmpty());
  EXPECT_THAT(runtime->runs().due_to_be_sent().get(), IsEmpty());
}

TEST_F(RunsTest, AreApprovedWithOtherArguments) {  // [API-03] [DUR-36]
  auto runtime = make_runtime();
  auto paid = std::make_shared<std::atomic<int>>(0);
  runtime->tools().add(
      make_tool<PayArguments>({.name = "pay"}, [paid](PayArguments pay) { return std::to_string(*paid = pay.cents); }));
  auto agent = scripted("clerk", "  - {calls: [{tool: pay, arguments: {cents: 500}}]}\n  - {text: done}\n");
  agent.tools = agent.permissions.ask = {"pay"};
  auto run = waiting_run(*runtime, agent);
  EXPECT_THROW((void)runtime->runs().approve(run, "", {.arguments = R"({"cents":"few"})"}).get(), Error);
  auto question = runtime->runs().pending().get().at(0);

  auto answered = runtime->runs().approve(question, {.by = "ada", .arguments = R"({"cents":300})"}).get();

  EXPECT_EQ(answered, Answered::accepted);
  EXPECT_TRUE(runtime->attach(run).get().wait().ok());
  EXPECT_EQ(*paid, 300);
  auto again = runtime->runs().approve(question).get();
  EXPECT_EQ(again, Answered::answered_before);
  EXPECT_EQ(again.by + " " + again.answer, "ada changed");
}

TEST_F(RunsTest, ResumeDrivesTheRunHereAndSaysHowItStands) {  // [API-03]
  auto runtime = make_runtime();
  let_go_.set();
  auto run = approved_run(*runtime);

  auto resumed = runtime->runs().resume(run).get();

  EXPECT_EQ(resumed, Resumed::driven);
  EXPECT_EQ(resumed.outcome.output, "done");
  auto again = runtime->runs().resume(run).get();
  EXPECT_EQ(again, Resumed::ended);
  EXPECT_EQ(again.outcome.output, "done");
  EXPECT_EQ(runtime->runs().resume(nobody_).get(), Resumed::no_such_run);
}

TEST_F(RunsTest, ResumeLeavesARunAloneThatLacksSomethingHere) {  // [API-03] [DUR-39]
  auto runtime = make_runtime();
  auto run = approved_run(*runtime);
  auto lacks = without_tools();

  auto resumed = lacks->runs().resume(run).get();

  EXPECT_EQ(resumed, Resumed::lacking);
  EXPECT_THAT(resumed.missing, ElementsAre(HasSubstr("act")));
  EXPECT_EQ(lacks->runs().missing(run).get(), resumed.missing);
  EXPECT_THAT(runtime->runs().missing(run).get(), IsEmpty());
  EXPECT_EQ(runtime->runs().row(run).get()->attempts, 1) << "it was not claimed";
}

TEST_F(RunsTest, ResumeLeavesARunToTheProcessThatDrivesIt) {  // [API-03]
  auto driving = make_runtime(), other = make_runtime();
  auto run = approved_run(*driving);
  auto resumed = driving->runs().resume(run);
  wait_until_it_acts(*driving);

  auto refused = other->runs().resume(run).get();

  EXPECT_EQ(refused, Resumed::driven_elsewhere);
  EXPECT_EQ(refused.worker, driving->runs().row(run).get()->worker);
  EXPECT_TRUE(other->runs().find(run).get()->driven);
  EXPECT_THAT(other->runs().cancel_and_end(run, "wrong customer").get().runs, IsEmpty()) << "its process ends it";
  (void)other->runs().cancel(run, "and too late").get();
  let_go_.set();
  auto outcome = resumed.get().outcome;
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(outcome.reason, "wrong customer") << "the first one counts";
}

TEST_F(RunsTest, AResumedRunIsLeftByAShutdown) {  // [API-03] [CK-15]
  auto runtime = make_runtime();
  auto run = approved_run(*runtime);
  auto resumed = runtime->runs().resume(run);
  wait_until_it_acts(*runtime);

  runtime->shut_down("SIGTERM");
  let_go_.set();

  auto left = resumed.get();
  EXPECT_EQ(left, Resumed::driven);
  EXPECT_EQ(left.outcome.status, RunStatus::running);
  EXPECT_THAT(runtime->runs().left_for_recovery(runtime->runs().list().get()).get(), ElementsAre(run));
}

TEST_F(RunsTest, ARunThatCannotBeReadIsToldNothing) {  // [API-03]
  journal::MemoryJournal journal(system_clock());
  auto store = std::make_shared<run::MortalStore>(journal.open_worker());
  RuntimeOptions options;
  options.store = store;
  Runtime runtime(std::move(options));
  runtime.tools().add(make_tool<ActArguments>({.name = "act"}, [this](ActArguments) { return act(); }));
  auto run = waiting_run(runtime, agent_);
  store->damage = failed("journal.malformed", "an entry is damaged");

  EXPECT_THROW((void)runtime.runs().steer(run, "look there").get(), Error);
  EXPECT_THROW((void)runtime.runs().cancel(run).get(), Error);
  EXPECT_THROW((void)runtime.runs().cancel_and_end(run).get(), Error);

  EXPECT_THAT(block_on(runtime.loop(), store->inbox(run)), IsEmpty());
}

TEST_F(RunsTest, OfHeldRunsOneThatMovedOnIsNotWaitedFor) {  // [API-03]
  auto runtime = make_runtime();
  auto row = *runtime->runs().row(waiting_run(*runtime, agent_)).get();
  row.status = RunStatus::running;
  row.worker = "of before";

  EXPECT_THAT(runtime->runs().outlast_holders({row}).get(), IsEmpty());
}

// The parent waits for its delegate, which waits for a person.
struct FamilyOfRuns : RunsTest {
  FamilyOfRuns() {
    parent_ =
        scripted("parent", "  - {calls: [{tool: agent__test, arguments: {prompt: note it}}]}\n  - {text: done}\n");
    parent_.sub_agents = {agent_};
    runtime_ = make_runtime();
    run_ = waiting_run(*runtime_, parent_);
    child_ = runtime_->runs().tree(run_).get().root.children.at(0).row.id;
  }
  Agent parent_;
  std::unique_ptr<Runtime> runtime_;
  RunId run_, child_;
};

TEST_F(FamilyOfRuns, IsEndedWithItsTopAndItIsToldWhoEnded) {  // [API-03] [DUR-38]
  auto cancelled = runtime_->runs().cancel_and_end(run_, "wrong customer").get();

  EXPECT_EQ(cancelled.said, Said::accepted);
  ASSERT_THAT(cancelled.runs, SizeIs(2));
  EXPECT_EQ(cancelled.runs[0].run_id, run_);
  EXPECT_EQ(cancelled.runs[0].reason, "wrong customer");
  EXPECT_EQ(cancelled.runs[1].run_id, child_);
  for (const auto& ended : cancelled.runs) EXPECT_EQ(ended.status, RunStatus::cancelled);
  EXPECT_EQ(runtime_->runs().cancel_and_end(run_).get().said, Said::ended);
  EXPECT_EQ(runtime_->runs().cancel_and_end(nobody_).get().said, Said::no_such_run);
}

TEST_F(FamilyOfRuns, ThatIsToEndHearsNothingAndSaysWhy) {  // [API-03] [DUR-38]
  (void)block_on(runtime_->loop(), cancel_run(runtime_->journal(), run_));

  auto said = runtime_->runs().steer(child_, "look there").get();

  EXPECT_EQ(said, Said::ended);
  EXPECT_EQ(said.given_up->above, run_.str());
  EXPECT_EQ(said.status, RunStatus::waiting);
}

TEST_F(FamilyOfRuns, AboveACancelledRunIsLeftAsItIs) {  // [API-03]
  auto cancelled = runtime_->runs().cancel_and_end(child_).get();

  EXPECT_THAT(cancelled.runs, SizeIs(1));
  auto state = *runtime_->runs().find(run_).get();
  EXPECT_EQ(state.row.status, RunStatus::waiting);
  EXPECT_TRUE(state.ready);
}

}  // namespace
}  // namespace executus
