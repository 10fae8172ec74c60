// Runs that a snapshot host continues: what they bring along, and what becomes of those that cannot go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

using run::calls;
using run::says;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

// --- what a record brings along

TEST(RecoveredRun, GoesOnCountingUsageAndTime) {  // [DUR-11]
  SnapshotHost host(two_steps());
  host.look->act = [&] {
    host.loop.manual_clock().advance(Milliseconds(3'000));
    return tool::Done{"did it", {}};
  };
  host.interrupt_in_tool();
  auto record = host.interrupted().at(0);
  EXPECT_EQ(record.elapsed, Milliseconds(6'000));
  auto outcome = host.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.usage.input, 30);
  EXPECT_EQ(outcome.iterations, 3);

  host.agent.max_runtime = Milliseconds(6'000);
  host.model->wait.emplace();
  auto before = host.loop.clock().mono();
  EXPECT_EQ(host.resume(record).status, RunStatus::timeout);
  EXPECT_EQ(host.loop.clock().mono(), before) << "its time was used up before";
}

struct PatientCritic final : Critic {
  struct Handle final : CriticHandle {
    Milliseconds limit() const override { return std::chrono::hours(1); }
    Task<CriticDecision> watch() override {
      OneShot<> never;
      co_await never.wait();
      co_return CriticDecision{};
    }
    void record_step(int, const llm::Response&) override {}
    void record_tool_start(const Activity&) override {}
    void record_progress() override {}
    void stop() override {}
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart start) override {
    so_far = start.so_far;
    return std::make_unique<Handle>();
  }
  journal::CriticState so_far;
};

TEST(RecoveredRun, KnowsWhatItsCriticDecidedAndWhatItsCallsHandedIn) {  // [DUR-11] [RUN-39] [IO-11]
  SnapshotHost host(two_steps());
  PatientCritic critic;
  host.more = [&](ExecutorConfig& config) { config.ports.critic = &critic; };
  host.new_process();
  host.agent.critic.enabled = true;
  host.look->act = [] {
    tool::Done done{"did it", {}};
    done.artifacts = {{"a.png", "image/png", "pixels"}};
    done.submitted = "the answer";
    return done;
  };
  host.interrupt_at = 1;
  host.interrupt_in_tool();
  host.look->act = nullptr;
  auto record = run_checkpoint_from_json(to_json(host.interrupted().at(0)));
  record.past.critic.steps_raised = 7;

  auto outcome = host.resume(record);

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(critic.so_far.steps_raised, 7);
  EXPECT_EQ(outcome.output, "the answer");
  ASSERT_THAT(outcome.artifacts, SizeIs(1));
  EXPECT_EQ(outcome.artifacts[0].bytes, "pixels");
}

TEST(RecoveredRun, StartsItsPhasesWithTheImagesOfItsRecord) {  // [CK-05] [CK-12]
  SnapshotHost host([](const llm::Request& request, std::size_t turn) {
    if (turn == 0) return calls({{"c", "look", R"({"phase":")" + request.system + "\"}"}});
    return says(request.system + "!");
  });
  host.agent.phases = {{"one", "1"}, {"two", "2"}};
  auto invocation = host.invocation("run");
  invocation.images = {{"bytes", "image/png"}};
  CancelScope scope;
  host.look->before_effect = [&, n = 0]() mutable {
    if (++n == 2) scope.cancel({Cause::shutdown, ""});
  };
  (void)host.loop.run(host.in_scope(scope, host.executor->run(host.agent, std::move(invocation))));
  host.look->before_effect = nullptr;
  auto asked = host.model->requests.size();

  ASSERT_TRUE(host.resume(host.interrupted().at(0)).ok());

  const auto& first = host.model->requests.at(asked).messages[0];
  EXPECT_EQ(first.text(), "please");
  ASSERT_EQ(first.parts.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<llm::Image>(first.parts[1]));
}

struct PhasedHost : SnapshotHost {
  PhasedHost()
      : SnapshotHost([](const llm::Request& request, std::size_t turn) {
          return request.system == "2" && turn == 0 ? calls({{"c", "pay", "{}"}}) : says(request.system + "!");
        }) {
    agent.phases = {{"one", "1"}, {"two", "2"}};
    add_tool("pay", tool::Effect::irreversible);
  }
};

TEST(RecoveredRun, WhosePhasesAreAllCompletedEndsWithTheLastOutput) {  // [CK-11]
  PhasedHost host;
  RunCheckpoint record;
  record.meta.run_id = *RunId::parse("run");
  record.messages.push_back(llm::user_message("please"));
  record.past.phases = {{0, "one", journal::PhaseEnd::completed, "1!", ""},
                        {1, "two", journal::PhaseEnd::completed, "2!", ""}};
  auto outcome = host.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "2!");
  EXPECT_THAT(outcome.phases, SizeIs(2));
  EXPECT_THAT(host.model->requests, IsEmpty());
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

TEST(RecoveredRun, OfAnAgentThatLostPhasesSaysSo) {  // [CK-11] [CK-17]
  for (std::size_t left : {1u, 0u}) {
    PhasedHost host;
    RunCheckpoint record;
    record.meta.run_id = *RunId::parse("run");
    record.messages.push_back(llm::user_message("please"));
    record.past.phases = {{0, "one", journal::PhaseEnd::completed, "1!", ""},
                          {1, "two", journal::PhaseEnd::completed, "2!", ""}};
    host.loop.run(host.store.save(record));
    host.agent.phases.resize(left);
    auto outcome = host.resume(record);
    EXPECT_EQ(outcome.error_code, "run.phases");
    EXPECT_THAT(outcome.error, HasSubstr("'one', 'two'"));
    EXPECT_THAT(outcome.error, HasSubstr("agent 'test'"));
    EXPECT_THAT(host.interrupted(), IsEmpty());
  }
}

TEST(RecoveredRun, ThatWasOverRunsNothingAgain) {  // [CK-18] [CK-22] [DUR-05]
  PhasedHost host;
  host.store.keeps_all = true;
  EXPECT_TRUE(host.run().ok());
  EXPECT_EQ(host.total_effects(), 1);
  auto record = host.interrupted().at(0);
  auto asked = host.model->requests.size();
  host.store.keeps_all = false;
  host.new_process();

  auto outcome = host.resume(record);

  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "2!");
  EXPECT_EQ(host.total_effects(), 1) << "an irreversible call happens once";
  EXPECT_EQ(host.model->requests.size(), asked);
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

// --- a conversation from elsewhere, without a record

TEST(KeptConversation, BeginsARecordThatHasIt) {  // [CK-01] [DUR-11]
  SnapshotHost host(two_steps());
  auto invocation = host.invocation("run");
  ResumeState resume;
  resume.history = {llm::user_message("q"),
                    llm::assistant_message("", {{"c0", "look", R"({"n":0})"}}),
                    {llm::Role::tool, {}, {}, {{"c0", "look", "a cat", {}, false}}}};
  resume.past.iteration = 1;
  resume.past.usage = {70, 7, 0, 0, 0};
  resume.elapsed = Milliseconds(1'000);
  invocation.resume = resume;
  CancelScope scope;
  host.look->before_effect = [&] { scope.cancel({Cause::shutdown, ""}); };
  (void)host.loop.run(host.in_scope(scope, host.executor->run(host.agent, invocation)));
  host.look->before_effect = nullptr;

  EXPECT_THAT(host.counting.begun, ElementsAre("run"));
  auto record = host.interrupted().at(0);
  EXPECT_THAT(texts_of(record.messages), ElementsAre("q", "", "[a cat]", "", "[did it]"));
  EXPECT_EQ(record.past.iteration, 2);
  EXPECT_EQ(record.past.usage.input, 80);
  EXPECT_EQ(record.elapsed, Milliseconds(1'000));

  auto outcome = host.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.iterations, 3);
  EXPECT_EQ(outcome.usage.input, 90);
}

// --- nothing is kept

TEST(NullStore, ARunInDoubtEndsInAnErrorThatListsTheCalls) {  // [CK-25] [DUR-06]
  SnapshotFactory nothing(nullptr);
  SnapshotHost host([](std::size_t turn) { return turn == 0 ? calls({{"c-17", "pay", "{}"}}) : says("done"); });
  host.add_tool("pay", tool::Effect::irreversible).act = [] { return tool::Unknown{"the connection was cut"}; };
  host.more = [&](ExecutorConfig& config) { config.ports.checkpointers = &nothing; };
  host.new_process();
  auto outcome = host.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "run.cannot_wait");
  EXPECT_THAT(outcome.error, HasSubstr("c-17 of 'pay'"));
  ASSERT_THAT(outcome.tool_calls, SizeIs(1));
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::in_doubt);
}

}  // namespace
}  // namespace executus::checkpoint
