#include <cstdlib>
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

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct NoArguments {};
BOOST_DESCRIBE_STRUCT(NoArguments, (), ())

// A program with a database of its own, and a model that calls the tool "act" and then says "done". `act` waits until
// it is let go.
class RunHandleTest : public ::testing::Test {
 protected:
  RunHandleTest() {
    std::ofstream(folder_ / "script.yaml") << "turns:\n  - {calls: [{tool: act}]}\n  - {text: done}\n";
    ::setenv("EXECUTUS_MODEL_TIER_FAST", ("scripted/" + (folder_ / "script.yaml").string()).c_str(), 1);
    agent_.name = "test";
    agent_.tools = {"act"};
  }
  std::unique_ptr<Runtime> make_runtime() {
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 2;
    auto runtime = std::make_unique<Runtime>(std::move(options));
    runtime->tools().add(make_tool<NoArguments>({.name = "act"}, [this](NoArguments) { return act(); }));
    return runtime;
  }
  Task<std::string> act() {
    begun_.set_value();
    co_await let_go_.wait();
    co_return "did it";
  }

  testing::TemporaryFolder folder_;
  Agent agent_;
  std::promise<void> begun_;
  OneShot<> let_go_;
};

TEST_F(RunHandleTest, IsGivenOnceTheRunIsDurableAndWaitsForItsEnd) {  // [API-02]
  auto runtime = make_runtime();

  RunHandle run = runtime->start(agent_, "please").get();

  EXPECT_TRUE(run.created());
  EXPECT_TRUE(runtime->runs().find(run.id()).get().has_value());
  begun_.get_future().wait();
  EXPECT_EQ(run.state().get()->row.status, RunStatus::running);
  EXPECT_TRUE(run.state().get()->driven);
  auto first = run.done(), second = run.done();
  let_go_.set();
  EXPECT_EQ(first.get().output, "done");
  EXPECT_EQ(second.get().output, "done");
  EXPECT_EQ(run.wait().output, "done");
}

TEST_F(RunHandleTest, DroppingItChangesNothing) {  // [API-02]
  auto runtime = make_runtime();
  RunId id = *RunId::parse("dropped");
  Invocation invocation;
  invocation.run_id = id;
  invocation.prompt = "please";

  {
    (void)runtime->start(agent_, invocation);
  }
  begun_.get_future().wait();
  let_go_.set();

  EXPECT_TRUE(runtime->attach(id).get().wait().ok());
}

TEST_F(RunHandleTest, TheSecondSubmissionOfAnIdGetsTheSameRun) {  // [API-02]
  auto runtime = make_runtime();
  Invocation invocation;
  invocation.run_id = *RunId::parse("once");
  invocation.prompt = "please";

  RunHandle first = runtime->start(agent_, invocation).get();
  begun_.get_future().wait();
  RunHandle second = runtime->start(agent_, invocation).get();

  EXPECT_TRUE(first.created());
  EXPECT_FALSE(second.created());
  EXPECT_EQ(first, second);
  let_go_.set();
  EXPECT_EQ(second.wait().output, "done");
}

TEST_F(RunHandleTest, ARefusalIsThrownAndNothingIsAcknowledged) {  // [API-02]
  auto runtime = make_runtime();
  agent_.tools = {"no_such_tool"};

  try {
    (void)runtime->start(agent_, "please").get();
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("no_such_tool"));
  }

  EXPECT_THAT(runtime->runs().list().get(), IsEmpty());
  EXPECT_THROW((void)runtime->attach(*RunId::parse("nobody")).get(), Error);
}

TEST_F(RunHandleTest, CancelEndsTheRun) {  // [API-02] [DUR-38]
  auto runtime = make_runtime();
  agent_.permissions.ask = {"act"};
  RunHandle waiting = runtime->start(agent_, "please").get();
  EXPECT_EQ(waiting.wait().reason, "approval");

  EXPECT_EQ(waiting.cancel("wrong customer").get(), Said::accepted);

  EXPECT_EQ(waiting.wait().status, RunStatus::cancelled);
  auto told = runtime->runs().outcome(waiting.id()).get();
  EXPECT_EQ(told.reason, "wrong customer");
  EXPECT_EQ(told.error, "");
  EXPECT_EQ(waiting.cancel().get(), Said::ended);
}

TEST_F(RunHandleTest, IsHeardByARunThatLives) {  // [API-02]
  auto runtime = make_runtime();
  RunHandle run = runtime->start(agent_, "please").get();
  begun_.get_future().wait();

  EXPECT_EQ(run.steer("and be quick").get(), Said::accepted);
  let_go_.set();

  ASSERT_TRUE(run.wait().ok());
  std::vector<std::string> said;
  for (const auto& message : runtime->runs().transcript(run.id()).get()) said.push_back(message.text());
  EXPECT_THAT(said, Contains("and be quick"));
}

TEST_F(RunHandleTest, AQuestionIsAnsweredAndWaitingDrivesTheRunOn) {  // [API-03]
  auto runtime = make_runtime();
  let_go_.set();
  agent_.permissions.ask = {"act"};
  RunHandle run = runtime->start(agent_, "please").get();
  EXPECT_EQ(run.wait().reason, "approval");
  auto questions = runtime->runs().pending().get();
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].run, run.id());

  EXPECT_EQ(runtime->runs().approve(questions[0], {.by = "ada"}).get(), Answered::accepted);

  EXPECT_EQ(run.wait().output, "done");
  EXPECT_THAT(runtime->runs().pending().get(), IsEmpty());
  auto again = runtime->runs().reject(questions[0], {.by = "bob"}).get();
  EXPECT_EQ(again, Answered::answered_before);
  EXPECT_EQ(again.by, "ada");
}

TEST_F(RunHandleTest, OfARunOfADeadRuntimeDrivesItOn) {  // [API-02] [DUR-01]
  RunId id;
  {
    auto dies = make_runtime();
    id = dies->start(agent_, "please").get().id();
    begun_.get_future().wait();
    dies->shut_down("this process is done for");
    let_go_.set();
  }
  begun_ = {};
  auto runtime = make_runtime();

  auto outcome = runtime->attach(id).get().wait();

  EXPECT_EQ(outcome.output, "done");
}

TEST_F(RunHandleTest, OutlivesItsRuntimeAndSaysSo) {  // [API-02]
  RunHandle run;
  Runs runs = [&] {
    auto runtime = make_runtime();
    let_go_.set();
    run = runtime->start(agent_, "please").get();
    EXPECT_TRUE(run.wait().ok());
    return runtime->runs();
  }();

  for (auto ask : {+[](const RunHandle& r, const Runs&) { (void)r.wait(); },
                   +[](const RunHandle&, const Runs& all) { (void)all.list().get(); }}) {
    try {
      ask(run, runs);
      FAIL() << "answered without a runtime";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "runtime.ended");
    }
  }
}

TEST_F(RunHandleTest, RunsAreFoundListedAndReadAsTheirJournalsTell) {  // [API-03]
  auto runtime = make_runtime();
  let_go_.set();
  RunHandle run = runtime->start(agent_, "please").get();
  ASSERT_TRUE(run.wait().ok());
  auto runs = runtime->runs();

  EXPECT_EQ(runs.list().get().at(0).id, run.id());
  EXPECT_EQ(runs.outcome(run.id()).get().output, "done");
  EXPECT_EQ(runs.transcript(run.id()).get().size(), 4u);
  EXPECT_EQ(runs.find(run.id()).get()->standing, "ok");
  auto entries = runs.entries(run.id()).get();
  auto rest = runs.entries(run.id(), 2).get();
  ASSERT_EQ(rest.size() + 2, entries.size());
  EXPECT_EQ(rest[0].seq, 3u);
  auto tree = runs.tree(run.id()).get();
  EXPECT_EQ(tree.root.row.id, run.id());
  EXPECT_THAT(tree.root.children, IsEmpty());
  EXPECT_EQ(runs.stored(run.id()).get().agent.name, agent_.name);
  EXPECT_EQ(runs.complete_id(run.id().str().substr(0, 20)).get().at(0), run.id());
  EXPECT_EQ(runs.state(runs.list().get().at(0)).get().standing, "ok");
  EXPECT_FALSE(runs.find(*RunId::parse("nobody")).get());
  EXPECT_THROW((void)runs.outcome(*RunId::parse("nobody")).get(), Error);
  EXPECT_THROW((void)runs.entries(*RunId::parse("nobody")).get(), Error);
  EXPECT_EQ(runs.cancel(*RunId::parse("nobody")).get(), Said::no_such_run);
}

std::vector<std::uint64_t> numbers_of(EventStream events) {
  std::vector<std::uint64_t> numbers;
  for (const Event& event : events)
    if (event.committed()) numbers.push_back(event.seq);
  return numbers;
}

TEST_F(RunHandleTest, ShowsItsEventsAsTheyHappenAndAfterwards) {  // [API-02] [API-04]
  auto runtime = make_runtime();
  RunHandle run = runtime->start(agent_, "please").get();
  begun_.get_future().wait();
  auto events = run.events();
  let_go_.set();

  std::string text;
  std::vector<std::uint64_t> live;
  for (const Event& event : events) {
    if (auto* delta = event.as<TextDelta>()) text += delta->text;
    if (event.committed()) live.push_back(event.seq);
    if (auto* ended = event.as<Ended>()) EXPECT_EQ(ended->outcome.output, "done");
  }

  auto stored = runtime->runs().entries(run.id()).get();
  EXPECT_EQ(live.size(), stored.size());
  EXPECT_EQ(text, "done");
  EXPECT_EQ(numbers_of(run.events()), live);
  EXPECT_EQ(numbers_of(run.events({.after = live[2]})).front(), live[3]);
}

TEST_F(RunHandleTest, ItsEventsSayWhatIsAskedAndEndWithTheRuntime) {  // [API-04]
  auto runtime = make_runtime();
  agent_.permissions.ask = {"act"};
  RunHandle run = runtime->start(agent_, "please").get();
  std::vector<Question> asked;
  for (const Event& event : run.events())
    if (auto* waiting = event.as<Waiting>()) asked = waiting->questions;
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].tool, "act");

  auto open = run.events({.until = EventOptions::Until::at_end});
  while (open.next().get()->as<Waiting>() == nullptr) {
  }
  auto pending = open.next();
  runtime.reset();
  EXPECT_THROW((void)pending.get(), Error);
  EXPECT_THROW((void)open.next().get(), Error);
}

// A run that was answered, and a process that has not what it needs: waiting ends and says so.
TEST_F(RunHandleTest, WaitingEndsWhereTheRunCannotGoOn) {  // [API-02] [DUR-39]
  auto runtime = make_runtime();
  agent_.permissions.ask = {"act"};
  RunHandle run = runtime->start(agent_, "please").get();
  ASSERT_EQ(run.wait().reason, "approval");
  ASSERT_EQ(runtime->runs().approve(runtime->runs().pending().get().at(0)).get(), Answered::accepted);
  const RunId& id = run.id();

  RuntimeOptions bare;
  bare.database = (folder_ / "runs.db").string();
  Runtime lacks(std::move(bare));
  auto left = lacks.attach(id).get().wait();
  EXPECT_EQ(left.status, RunStatus::waiting);
  EXPECT_THAT(left.reason, HasSubstr("cannot go on in this process: "));

  runtime->shut_down("SIGTERM");
  EXPECT_EQ(run.wait().status, RunStatus::waiting) << "a program that is told to stop gets out of its wait";
}

TEST_F(RunHandleTest, ARunThatNoStoreHasIsCancelledByItsHandle) {  // [API-02]
  auto runtime = make_runtime();
  agent_.durability = Durability::memory;
  RunHandle run = runtime->start(agent_, "please").get();
  begun_.get_future().wait();

  EXPECT_EQ(run.cancel("wrong customer").get(), Said::accepted);

  auto outcome = run.wait();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(outcome.reason, "wrong customer");
  EXPECT_FALSE(runtime->database_is_open());
}

TEST_F(RunHandleTest, ARunThatCannotBeReadHidesNoQuestion) {  // [API-03]
  journal::MemoryJournal journal(system_clock());
  auto mine = std::make_shared<run::MortalStore>(journal.open_worker());
  RuntimeOptions options;
  options.store = mine;
  Runtime runtime(std::move(options));
  runtime.tools().add(make_tool<NoArguments>({.name = "act"}, [](NoArguments) { return std::string("did it"); }));
  agent_.permissions.ask = {"act"};
  RunHandle run = runtime.start(agent_, "please").get();
  ASSERT_EQ(run.wait().reason, "approval");
  ASSERT_THAT(runtime.runs().pending().get(), SizeIs(1));

  mine->damage = failed("journal.malformed", "an entry is damaged");

  EXPECT_THAT(runtime.runs().pending().get(), IsEmpty());
  EXPECT_EQ(runtime.runs().find(run.id()).get()->unreadable->code(), "journal.malformed");
}

TEST_F(RunHandleTest, BlockingInAToolIsRefused) {  // [API-02]
  auto runtime = make_runtime();
  std::string code;
  runtime->tools().add(make_tool<NoArguments>({.name = "asks", .effect = Effect::pure}, [&](NoArguments) {
    code = runtime->run(agent_, "from within").error_code;
    return std::string("asked");
  }));
  std::ofstream(folder_ / "script.yaml") << "turns:\n  - {calls: [{tool: asks}]}\n  - {text: done}\n";
  agent_.tools = {"asks"};

  EXPECT_TRUE(runtime->run(agent_, "please").ok());
  EXPECT_EQ(code, "runtime.would_block");
}

TEST_F(RunHandleTest, AStoreOfTheHostsOwnIsUsed) {
  journal::MemoryJournal journal(system_clock());
  std::shared_ptr<journal::JournalStore> mine = journal.open_worker();
  RuntimeOptions options;
  options.store = mine;
  Runtime runtime(std::move(options));
  std::ofstream(folder_ / "script.yaml") << "turns:\n  - {text: done}\n";
  agent_.tools = {};

  auto outcome = runtime.run(agent_, "please");

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_TRUE(block_on(runtime.loop(), mine->find(outcome.run_id)).has_value());
}

// The first end is what the process that drove the run remembers of it.
TEST_F(RunHandleTest, TellsTheSecondEndOfARunThatWasRetried) {  // [API-03] [DUR-40]
  agent_.max_iterations = 1;
  let_go_.set();
  auto runtime = make_runtime();
  RunHandle run = runtime->start(agent_, "please").get();
  ASSERT_EQ(run.wait().error_code, "run.max_steps");

  EXPECT_EQ(runtime->runs().retry(run.id(), "", DryRun::yes).get(), Reopening::accepted);
  EXPECT_EQ(run.wait().error_code, "run.max_steps") << "nothing was done";
  EXPECT_EQ(runtime->runs().retry(run.id(), "ada").get(), Reopening::accepted);
  EXPECT_EQ(run.wait().output, "done");

  EXPECT_TRUE(run.wait().ok()) << "of the run that has ended again";
  EXPECT_EQ(runtime->runs().retry(run.id()).get(), Reopening::ended_for_good);
  std::vector<std::string> ends;
  for (const Event& event : run.events())
    if (event.as<journal::Ended>()) ends.emplace_back(event.as<Ended>() ? "the end" : "an entry");
  EXPECT_THAT(ends, ::testing::ElementsAre("an entry", "the end"));
}

}  // namespace
}  // namespace executus
