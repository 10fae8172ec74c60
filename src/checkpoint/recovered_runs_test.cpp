// Runs that a snapshot host continues, and what becomes of those that cannot go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// What a process after the interruption lacks, or does otherwise.
using Change = std::function<void(SnapshotHost&)>;

struct BadSessions final : Sessions {
  SessionFactory for_run(const RunInfo&) override {
    return [](std::shared_ptr<Session>) -> SessionTools { throw std::runtime_error("the browser cannot be opened"); };
  }
};

struct BadModels final : llm::ModelResolver {
  explicit BadModels(Error what) : error(std::move(what)) {}
  Result<llm::ResolvedModel> resolve(std::string_view) override { return error; }
  Error error;
};

struct NullModels final : llm::ModelResolver {
  Result<llm::ResolvedModel> resolve(std::string_view) override { return llm::ResolvedModel{nullptr, "test/none", 0}; }
};

struct RefusingModel final : llm::Model {
  explicit RefusingModel(llm::ModelError what) : error(std::move(what)) {}
  Task<llm::Response> generate(llm::Request, llm::StreamObserver*) override {
    throw error;
    co_return llm::Response{};
  }
  const std::string& target() const override { return name; }
  llm::ModelError error;
  std::string name = "test/refusing";
};

struct Broke final : Budget {
  Task<std::optional<std::string>> check(RunInfo) override { co_return std::optional<std::string>("no money"); }
  Task<void> commit(RunInfo, Milliseconds) override { co_return; }
};

void with_models(SnapshotHost& host, std::shared_ptr<llm::ModelResolver> models) {
  host.more = [models](ExecutorConfig& config) { config.models = models.get(); };
}

Change resolver_error(Error error) {
  return [error](SnapshotHost& host) { with_models(host, std::make_shared<BadModels>(error)); };
}

Change model_error(llm::Failure failure, std::string code, int status) {
  return [=](SnapshotHost& host) {
    auto model = std::make_shared<RefusingModel>(llm::ModelError(failure, code, "said no", status));
    with_models(host, std::make_shared<run::OneModelResolver>(model));
  };
}

struct FateRow {
  const char* name;
  Change change;
  const char* code;
  bool goes_away;  // the cause may: the record is left, three times
  friend void PrintTo(const FateRow& row, std::ostream* out) { *out << row.name; }
};

const FateRow kFates[] = {
    {"UnknownTool", [](SnapshotHost& host) { host.agent.tools.push_back("nowhere"); }, "tool.unknown", false},
    {"NullModel", [](SnapshotHost& host) { with_models(host, std::make_shared<NullModels>()); }, "model.missing",
     false},
    {"UnknownModel", resolver_error(failed("model.unknown", "no such model")), "model.unknown", false},
    {"ThrowingSession",
     [](SnapshotHost& host) {
       auto bad = std::make_shared<BadSessions>();
       host.more = [bad](ExecutorConfig& config) { config.ports.sessions = bad.get(); };
     },
     "internal", false},
    {"Budget",
     [](SnapshotHost& host) {
       auto broke = std::make_shared<Broke>();
       host.more = [broke](ExecutorConfig& config) { config.ports.budget = broke.get(); };
     },
     "budget.refused", false},
    {"FirstRequestRejected", model_error(llm::Failure::permanent, "model.rejected", 400), "model.rejected", false},
    {"MissingSecret", [](SnapshotHost& host) { host.look->lacks = {"set LOOK_TOKEN"}; }, "tool.missing", true},
    {"NoProvider", resolver_error(failed("model.no_provider", "set OPENAI_API_KEY")), "model.no_provider", true},
    {"ProviderAway", resolver_error({ErrorKind::disconnected, "model.unreachable", "away"}), "model.unreachable", true},
    {"WrongKey", model_error(llm::Failure::permanent, "model.unauthorized", 401), "model.unauthorized", true},
};

class RecoveredRun : public ::testing::TestWithParam<FateRow> {};

TEST_P(RecoveredRun, ThatCannotGoOnIsFailedOrLeftAsTheTableSays) {  // [CK-17] [DUR-14] [DUR-39]
  const auto& row = GetParam();
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  ASSERT_THAT(host.interrupted(), SizeIs(1));
  row.change(host);
  int boots = 0;
  RunOutcome last;
  while (!host.interrupted().empty() && boots < 10) {
    host.new_process();
    last = host.resume(host.interrupted()[0]);
    ++boots;
    EXPECT_EQ(last.error_code, row.code);
    EXPECT_EQ(last.status, host.interrupted().empty() ? RunStatus::error : RunStatus::running) << boots;
  }
  EXPECT_EQ(boots, row.goes_away ? 3 : 1);
  EXPECT_THAT(host.interrupted(), IsEmpty());
  EXPECT_FALSE(last.error.empty()) << "the reason";
  if (row.goes_away) EXPECT_THAT(last.error, HasSubstr("3 attempts"));
}

INSTANTIATE_TEST_SUITE_P(Table, RecoveredRun, ::testing::ValuesIn(kFates),
                         [](const auto& info) { return std::string(info.param.name); });

struct OneDelivery final : Delivery {
  Task<std::string> deliver(DeliveryTarget, std::string, std::vector<Artifact>) override { co_return "post-1"; }
  Task<void> deliver_error(DeliveryTarget target, std::string error) override {
    errors.push_back(target.id + ": " + error);
    co_return;
  }
  std::vector<std::string> errors;
};

// It has ended here, so its caller, the audit and the finalizers are told. Of a run that is left they are not.
TEST(RecoveredRun, ThatIsFailedBeforeItLivesEndsLikeAnyOther) {  // [RUN-37] [IO-09] [DUR-11]
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  OneDelivery delivery;
  std::vector<RunOutcome> ended;
  host.more = [&](ExecutorConfig& config) {
    config.ports.delivery = &delivery;
    config.ports.finalizers = {[&](const RunOutcome& outcome) { ended.push_back(outcome); }};
  };
  host.new_process();
  host.look->lacks = {"set LOOK_TOKEN"};
  for (int boot = 1; boot <= 3; ++boot) {
    auto record = host.interrupted().at(0);
    auto invocation = host.invocation("run");
    invocation.resume = resume_state(record, host.snapshots.resume(record));
    invocation.delivery = {"chat", "42"};
    (void)host.loop.run(host.executor->run(host.agent, std::move(invocation)));
    EXPECT_EQ(ended.size(), boot == 3 ? 1u : 0u);
  }
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].usage.input, 20);
  EXPECT_EQ(ended[0].iterations, 2);
  EXPECT_THAT(delivery.errors, ElementsAre(HasSubstr("42: 3 attempts")));
}

TEST(RecoveredRun, AtBootEachThatWasInterruptedGoesOnUnderItsOwnRecord) {  // [HOST-02]
  SnapshotHost host(two_steps());
  ASSERT_TRUE(host.run("whole").ok());
  for (const char* id : {"first", "second"}) host.interrupt_in_tool(id);
  host.new_process();
  host.counting.begun.clear();
  std::vector<std::string> ended;
  for (const auto& record : host.interrupted()) {
    auto outcome = host.resume(record);
    EXPECT_EQ(outcome.iterations, 3) << outcome.error;
    ended.push_back(outcome.run_id.str() + " " + std::string(to_string(outcome.status)));
  }
  EXPECT_THAT(ended, UnorderedElementsAre("first ok", "second ok"));
  EXPECT_THAT(host.counting.begun, IsEmpty()) << "no other record";
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

TEST(RecoveredRun, GoesOnWhenWhatItLackedIsThereAgain) {  // [DUR-39] [DUR-14]
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  for (int round = 0; round < 2; ++round) {
    host.look->lacks = {"set LOOK_TOKEN"};
    EXPECT_EQ(host.resume(host.interrupted().at(0)).status, RunStatus::running);
  }
  host.look->lacks.clear();
  EXPECT_TRUE(host.resume(host.interrupted().at(0)).ok());
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

TEST(RecoveredRun, ThatTookItsProcessDownThreeTimesIsFailed) {  // [CK-17] [DUR-16]
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  for (int deaths = 0; deaths < 3; ++deaths) {
    auto checkpointer = host.snapshots.resume(host.interrupted().at(0));
    host.loop.run(checkpointer->take_up());  // and then nothing more is heard of it
  }
  auto asked = host.model->requests.size();
  auto outcome = host.resume(host.interrupted().at(0));
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "run.fruitless");
  EXPECT_EQ(host.model->requests.size(), asked);
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

TEST(RecoveredRun, ThatIsShutDownWhileItOpensWasNotTried) {  // [CK-15] [DUR-15]
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  for (int round = 0; round < 5; ++round) {
    CancelScope scope;
    scope.cancel({Cause::shutdown, ""});
    EXPECT_EQ(host.resume_in(scope, host.interrupted().at(0)).status, RunStatus::running);
    EXPECT_EQ(host.interrupted().at(0).fruitless, 0);
  }
}

TEST(RecoveredRun, IsLeftAloneByAHostThatKeepsAJournal) {  // [CK-03]
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  auto record = host.interrupted().at(0);
  host.more = [&](ExecutorConfig& config) { config.ports.journal = static_cast<run::Harness&>(host).store; };
  host.new_process();
  auto outcome = host.resume(record);
  EXPECT_EQ(outcome.error_code, "submission.resume");
  EXPECT_THAT(outcome.error, HasSubstr("checkpointer"));
  EXPECT_THAT(host.interrupted(), SizeIs(1)) << "nothing is wrong with the run";
}

}  // namespace
}  // namespace executus::checkpoint
