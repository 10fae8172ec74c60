// The ports around a live run: what is called when, and that nothing they throw changes the run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/commands.hpp"
#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

auto look_then_answer() {
  return [](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); };
}

using Log = std::vector<std::string>;

struct TestAudit final : Audit {
  struct Record final : AuditRecord {
    explicit Record(TestAudit& owner) : audit(owner) {}
    void on_step(int iteration, const llm::Response&) override { audit.say("step " + std::to_string(iteration)); }
    void on_tool(const Activity& activity) override {
      audit.say("tool " + activity.tool + " " + std::string(to_string(activity.state)));
    }
    void log_event(std::string_view kind, const boost::json::object&) override {
      audit.say("event " + std::string(kind));
    }
    Task<void> close(RunStats told) override {
      audit.say("close " + std::string(to_string(told.status)) + " " + told.output);
      audit.stats = told;
      co_return;
    }
    TestAudit& audit;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo& started) override {
    info = started;
    say("start");
    return std::make_unique<Record>(*this);
  }
  void say(std::string line) {
    log.push_back(std::move(line));
    if (throws) throw std::runtime_error("audit is broken");
  }
  Log log;
  RunInfo info;
  RunStats stats;
  bool throws = false;
};

struct TestBudget final : Budget {
  Task<std::optional<std::string>> check(RunInfo) override {
    if (throws) throw std::runtime_error("budget is broken");
    co_return refusal;
  }
  Task<void> commit(RunInfo, Milliseconds used) override {
    committed.push_back(used);
    if (throws) throw std::runtime_error("budget is broken");
    co_return;
  }
  std::optional<std::string> refusal;
  std::vector<Milliseconds> committed;
  bool throws = false;
};

struct TestDelivery final : Delivery {
  Task<std::string> deliver(DeliveryTarget target, std::string output, std::vector<Artifact> files) override {
    log.push_back(target.kind + ":" + target.id + " " + output);
    for (const auto& file : files) log.push_back(file.name + " " + file.mime + " " + file.bytes);
    if (throws) throw std::runtime_error("delivery is broken");
    co_return "post-1";
  }
  Task<void> deliver_error(DeliveryTarget target, std::string error) override {
    log.push_back(target.kind + ":" + target.id + " error: " + error);
    co_return;
  }
  Log log;
  bool throws = false;
};

struct Ported : Harness {
  template <class Answer>
  explicit Ported(Answer answer) : Harness(answer) {
    look = &add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.audit = &audit;
      config.ports.budget = &budget;
      config.ports.delivery = &delivery;
      config.ports.finalizers = {[this](const RunOutcome& outcome) {
        finalized.push_back(outcome.run_id.str());
        if (audit.throws) throw std::runtime_error("finalizer is broken");
      }};
    });
  }
  Ported() : Ported(look_then_answer()) {}
  RunOutcome run_with(Invocation invocation) { return loop.run(executor->run(agent, std::move(invocation))); }
  Invocation delivered() {
    auto invocation = this->invocation("run");
    invocation.delivery = {"chat", "42"};
    return invocation;
  }

  EffectTool* look;
  TestAudit audit;
  TestBudget budget;
  TestDelivery delivery;
  Log finalized;
};

TEST(Audit, SeesStepsAndToolsAndHowItEnded) {  // [RUN-26] [RUN-27] [RUN-28] [STP-05] [STP-09]
  Ported run;
  run.agent.id = "agent-7";
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  EXPECT_TRUE(run.run_with(invocation).ok());
  EXPECT_THAT(run.audit.log,
              ElementsAre("start", "step 1", "tool look running", "tool look complete", "step 2", "close ok done"));
  EXPECT_EQ(run.audit.info.subject, "agent-7");
  EXPECT_EQ(run.audit.info.caller, "me");
  EXPECT_EQ(run.audit.info.model_tier, "fast") << "nothing was asked for: the fallback tier";
  EXPECT_EQ(run.audit.info.model, "test/model");
  EXPECT_EQ(run.audit.info.max_iterations, 12);
  EXPECT_EQ(run.audit.stats.tool_calls, 1);
  EXPECT_EQ(run.audit.stats.usage.input, 20);
}

// The one record there is of a run that never lived.
TEST(Audit, IsClosedWithTheErrorOfARunThatCannotBeBuilt) {  // [RUN-32]
  struct BadPalette final : Palette {
    std::optional<PaletteEntry> skill(std::string_view) override { throw std::runtime_error("palette is broken"); }
    std::optional<PaletteEntry> agent(std::string_view) override { return std::nullopt; }
  } palette;
  Ported run;
  auto before = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    before(config);
    config.ports.palette = &palette;
  });
  auto tools = run.agent.tools;
  run.agent.id = "agent-7";
  run.agent.model = "smart";
  run.agent.tools.push_back("nowhere");
  EXPECT_EQ(run.run("a").error_code, "tool.unknown");
  EXPECT_THAT(run.audit.log, ElementsAre("start", "close error "));
  EXPECT_EQ(run.audit.info.run.str() + " " + run.audit.info.subject, "a agent-7");
  EXPECT_EQ(run.audit.info.model_tier, "smart");
  EXPECT_THAT(run.audit.stats.error, HasSubstr("nowhere"));

  run.audit.log.clear();
  run.agent.tools = tools;
  run.agent.skills = {"s"};
  EXPECT_FALSE(run.run("b").ok());
  EXPECT_THAT(run.audit.log, ElementsAre("start", "close error "));
  EXPECT_THAT(run.audit.stats.error, HasSubstr("palette is broken"));
}

TEST(Audit, HasNoRecordOfASubmissionThatIsAnotherRuns) {  // [RUN-32]
  Ported run;
  EXPECT_TRUE(run.run().ok());
  run.audit.log.clear();
  run.agent.system_prompt = "Be bad.";
  EXPECT_EQ(run.run().error_code, "submission.conflict");
  EXPECT_THAT(run.audit.log, IsEmpty());
}

TEST(Budget, RefusesBeforeAnyModelCall) {  // [DUR-14]
  Ported run;
  run.budget.refusal = "nothing left this week";
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("nothing left this week"));
  EXPECT_THAT(run.model->requests, IsEmpty());
  EXPECT_THAT(run.kinds(), Contains("ended")) << "its record is closed";
}

TEST(Budget, RefusingARecoveredRunClosesIt) {  // [DUR-14] [CK-17]
  Ported run;
  run.store->writes_left = 1;
  (void)run.run();
  run.budget.refusal = "nothing left this week";
  run.new_process();
  EXPECT_EQ(run.recover()->status, RunStatus::error);
}

TEST(Budget, IsToldWhatTheRunTook) {  // [RUN-05] [RUN-28]
  Ported run;
  run.look->before_effect = [&] { run.loop.manual_clock().advance(Milliseconds(3'000)); };
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.budget.committed, ElementsAre(Milliseconds(3'000)));
}

TEST(Delivery, FollowsTheEndOnceAndOnlyWithATarget) {  // [IO-09] [IO-10]
  Ported run;
  EXPECT_TRUE(run.run("silent").ok());
  EXPECT_THAT(run.delivery.log, IsEmpty());
  EXPECT_TRUE(run.run_with(run.delivered()).ok());
  EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 done"));
}

TEST(Delivery, BringsWhatCallsHandedInAndTellsWhatWasPosted) {  // [IO-11] [IO-13] [DUR-13]
  for (int writes : {-1, 2}) {                                  // undisturbed, and with a crash after the call
    Ported run;
    run.look->act = [] {
      tool::Done done{"drawn", {}};
      done.artifacts = {{"a.png", "image/png", "pixels"}, {"b.txt", "text/plain", "words"}};
      return done;
    };
    if (writes >= 0) run.store->writes_left = writes;
    auto outcome = run.run_with(run.delivered());
    if (writes >= 0) {
      ASSERT_FALSE(outcome.ok());
      run.look->act = [] { return tool::Failed{"it is not called again"}; };
      run.new_process();
      outcome = *run.recover();
    }
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 done", "a.png image/png pixels", "b.txt text/plain words"));
    EXPECT_EQ(outcome.delivery_id, "post-1");
    EXPECT_EQ(outcome.artifacts.size(), 2u) << "who does without a delivery finds them in the outcome";
  }
}

TEST(Delivery, BringsErrorsToo) {  // [IO-09]
  Ported run([](std::size_t turn) { return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}); });
  run.agent.max_iterations = 1;
  EXPECT_EQ(run.run_with(run.delivered()).status, RunStatus::error);
  EXPECT_THAT(run.delivery.log, ElementsAre(HasSubstr("chat:42 error: no final answer")));
}

TEST(Delivery, SurvivesACrash) {  // [IO-09] [DUR-13]
  Ported run;
  run.store->writes_left = 1;
  (void)run.run_with(run.delivered());
  EXPECT_THAT(run.delivery.log, IsEmpty());
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 done"));
}

TEST(Ports, ThatThrowFromEveryMethodChangeNothing) {  // [RUN-31] [IO-10] [SES-07] [AGT-07]
  Ported run;
  run.audit.throws = run.delivery.throws = true;
  auto invocation = run.delivered();
  struct Angry final : RunObserver {
    void on_entry(const RunId&, const journal::Entry&) override { throw 1; }
    void on_activity(const RunId&, const Activity&) override { throw 2; }
  };
  invocation.observer = std::make_shared<Angry>();
  invocation.session = [](std::shared_ptr<Session>) {
    SessionTools tools;
    tools.post_run = [](PostRun) -> Task<boost::json::value> {
      throw std::runtime_error("post-run is broken");
      co_return boost::json::value();
    };
    tools.cleanup = [] { throw std::runtime_error("clean-up is broken"); };
    return tools;
  };
  auto outcome = run.run_with(std::move(invocation));
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.finalized, ElementsAre("run"));
}

TEST(Ports, ABudgetThatThrowsRefusesTheRun) {  // [RUN-31]
  Ported run;
  run.budget.throws = true;
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(run.model->requests, IsEmpty());
}

TEST(Finalizers, AreToldOfRunsThatEndAndOfNoOther) {  // [RUN-37]
  Ported run;
  CancelScope scope;
  scope.cancel({Cause::shutdown, ""});
  (void)run.run_in(scope);
  EXPECT_THAT(run.finalized, IsEmpty());
  run.new_process();
  (void)run.recover();
  EXPECT_THAT(run.finalized, ElementsAre("run"));
}

TEST(Ports, AreToldOfTheEndOfACancelledRun) {  // [SES-06] [IO-10] [RUN-28]
  Ported run;
  CancelScope scope;
  run.look->before_effect = [&] { scope.cancel({Cause::caller, ""}); };
  auto invocation = run.delivered();
  (void)run.loop.run(Harness::in_scope(scope, run.executor->run(run.agent, std::move(invocation))));
  EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 error: cancelled"));
  EXPECT_EQ(run.audit.log.back(), "close cancelled ");
  EXPECT_EQ(run.budget.committed.size(), 1u);
}

// --- sessions

struct AttachingTool final : tool::Tool {
  explicit AttachingTool(std::shared_ptr<Session> s) : session(std::move(s)) {
    spec.spec = {"snap", "Takes a picture.", {{"type", "object"}}};
    spec.effect = tool::Effect::keyed;
  }
  const tool::ToolInfo& info() const override { return spec; }
  Task<tool::Outcome> call(tool::Call) override {
    session->attach("a picture", {{"bytes", "image/png"}});
    tallies.push_back(session->tally());
    tool::Outcome done = tool::Done{"taken", {}};
    co_return done;
  }
  std::shared_ptr<Session> session;
  tool::ToolInfo spec;
  std::vector<RunTally> tallies;
};

struct TestSessions final : Sessions {
  SessionFactory for_run(const RunInfo&) override {
    return [this](std::shared_ptr<Session> session) {
      SessionTools tools;
      tools.tools = {tool = std::make_shared<AttachingTool>(std::move(session))};
      tools.post_run = [](PostRun run) -> Task<boost::json::value> {
        boost::json::value result{{"output", run.output}, {"messages", run.messages.size()}};
        co_return result;
      };
      tools.cleanup = [this] { ++cleanups; };
      return tools;
    };
  }
  std::shared_ptr<AttachingTool> tool;
  int cleanups = 0;
};

struct SessionRun : Harness {
  SessionRun() : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "snap", "{}"}}) : says("done"); }) {
    reconfigure([this](ExecutorConfig& config) { config.ports.sessions = &sessions; });
  }
  TestSessions sessions;
};

TEST(Sessions, ToolsAttachImagesThatFollowTheResults) {  // [SES-02] [SES-04]
  SessionRun run;
  EXPECT_TRUE(run.run().ok());
  const auto& messages = run.model->requests.back().messages;
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[2].role, llm::Role::tool);
  EXPECT_EQ(messages[3].role, llm::Role::user);
  EXPECT_EQ(messages[3].parts.size(), 2u);
  EXPECT_EQ(messages[3].text(), "a picture");
}

TEST(Sessions, AttachedImagesAreAppliedOnceAcrossCrashes) {  // [DUR-13]
  for (int writes = 1; writes < 5; ++writes) {
    SessionRun run;
    run.store->writes_left = writes;
    if (!run.run().ok()) {
      run.new_process();
      ASSERT_TRUE(run.recover()->ok()) << writes;
    }
    EXPECT_EQ(run.model->requests.back().messages.size(), 4u) << writes;
  }
}

TEST(Sessions, PostRunSeesOutputAndTranscriptAndItsResultIsKept) {  // [SES-05] [RUN-19]
  SessionRun run;
  auto outcome = run.run();
  EXPECT_EQ(outcome.post_run_result.at("output").as_string(), "done");
  EXPECT_EQ(outcome.post_run_result.at("messages").to_number<int>(), 5);
  EXPECT_EQ(run.sessions.cleanups, 1) << "[SES-07]";
}

TEST(Sessions, TellTheLiveFigures) {  // [RUN-35] [RUN-36]
  SessionRun run;
  (void)run.run();
  ASSERT_EQ(run.sessions.tool->tallies.size(), 1u);
  EXPECT_EQ(run.sessions.tool->tallies[0].iteration, 1);
  EXPECT_EQ(run.sessions.tool->tallies[0].usage.input, 10);
  EXPECT_EQ(run.sessions.tool->tallies[0].tool_calls, 1);
}

TEST(Sessions, ARunWithSessionToolsIsLeftToAProcessThatHasThem) {  // [DUR-39] [SES-04]
  SessionRun run;
  run.store->writes_left = 1;
  (void)run.run();
  auto agent = agent_from_json(std::get<journal::Admitted>(run.entries()[0].payload).agent).value();
  EXPECT_THAT(run.executor->missing_for(agent), IsEmpty());
  run.reconfigure(nullptr);
  EXPECT_THAT(run.executor->missing_for(agent), ElementsAre(HasSubstr("snap")));
}

TEST(Invocation, BringsExtraTools) {  // [SES-03]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "extra", "{}"}}) : says("done"); });
  auto invocation = run.invocation("run");
  auto extra = std::make_shared<EffectTool>("extra", tool::Effect::pure, run.world);
  invocation.extra_tools = {extra};
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Invocation, StartsTheTranscriptWithTextAndImages) {  // [IO-01] [IO-02] [CK-05]
  Harness run([](std::size_t) { return says("done"); });
  auto invocation = run.invocation("run");
  invocation.images = {{"bytes", "image/png"}};
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  EXPECT_EQ(run.model->requests[0].messages[0].parts.size(), 2u);
  invocation.run_id = *RunId::parse("blank");
  invocation.prompt.clear();
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  ASSERT_EQ(run.model->requests[1].messages[0].parts.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<llm::Image>(run.model->requests[1].messages[0].parts[0]));
}

// --- small things of the executor

TEST(Executor, NeedsARegistryAndModelsAndNothingElse) {  // [RUN-01] [RUN-02] [ARC-02]
  testing::ManualLoop loop;
  tool::Registry registry;
  OneModelResolver models(std::make_shared<CountingModel>([](std::size_t) { return says("done"); }));
  ExecutorConfig config;
  config.registry = &registry;
  config.models = &models;
  Executor executor(config);
  Agent agent;
  Invocation invocation;
  invocation.prompt = "please";
  auto outcome = loop.run(executor.run(agent, invocation));
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_FALSE(outcome.run_id.empty());
}

bool closes_a_run(const journal::Append& append) {
  return !append.entries.empty() && std::holds_alternative<journal::Ended>(append.entries.back().payload);
}

// The command is acknowledged between the last answer and the close.
TEST(Ports, NothingIsDeliveredOfARunThatIsCancelledBeforeItsClose) {  // [DUR-38] [IO-10]
  Ported run([](std::size_t) { return says("the answer"); });
  auto other = run.journal.open_worker();
  auto others_loop = make_loop(1);
  bool posted = false;
  run.store->on_append = [&](const journal::Append& append) {
    if (!closes_a_run(append) || std::exchange(posted, true)) return;
    EXPECT_EQ(block_on(*others_loop, other->post(*RunId::parse("run"), commands::cancel())),
              journal::PostVerdict::accepted);
  };

  auto outcome = run.run_with(run.delivered());

  EXPECT_TRUE(posted);
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(run.delivery.log, Not(Contains(HasSubstr("the answer"))));
  EXPECT_EQ(run.loop.run(run.store->find(*RunId::parse("run")))->status, RunStatus::cancelled);
  EXPECT_THAT(run.loop.run(run.store->inbox(*RunId::parse("run"))), IsEmpty());
}

TEST(Agent, IsPlainData) {  // [RUN-14]
  static_assert(std::is_aggregate_v<Agent> && std::is_aggregate_v<Phase>);
}

TEST(Invocation, IsWhoTheRunIsFor) {  // [RUN-18] [RUN-26] [RUN-27]
  Ported run;
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  invocation.channel = "ops";
  invocation.guild = "home";
  invocation.parent = *RunId::parse("above");
  invocation.inputs = {{"service", "web"}};
  run.agent.model = "smart";
  run.store->writes_left = 1;
  (void)run.run_with(invocation);
  run.new_process();
  ASSERT_TRUE(run.recover()->ok()) << "and it is the same after a crash";
  const auto& info = run.audit.info;
  EXPECT_EQ(info.model_tier + " " + info.model, "smart test/model");
  EXPECT_EQ(info.run.str(), "run");
  EXPECT_EQ(info.caller + info.channel + info.guild + info.parent.str(), "meopshomeabove");
  EXPECT_EQ(info.inputs.at("service").as_string(), "web");
}

// One observer of all runs is told by each run which run it is, and not by the thread that calls.
TEST(Observers, AreToldWhichRunItIs) {  // [STP-08]
  struct Named final : RunObserver {
    void on_activity(const RunId& run, const Activity&) override { seen.push_back(run.str()); }
    std::vector<std::string> seen;
  } observer;
  Ported run;
  run.new_process(&observer);
  (void)run.run("one");
  (void)run.run("two");
  EXPECT_THAT(observer.seen, ElementsAre("one", "one", "two", "two"));
}

// The run goes on to its end when its caller has given up, and its observer sees that.
TEST(Observers, AreToldOfTheRunAfterItsCallerGaveUp) {  // [STP-08]
  struct Whole final : RunObserver {
    void on_activity(const RunId&, const Activity& activity) override {
      seen.emplace_back(activity.state == Activity::State::running ? "begins" : "is over");
    }
    void on_entry(const RunId&, const journal::Entry& entry) override {
      if (given_up) seen.emplace_back(journal::kind_name(kind_of(entry.payload)));
    }
    std::vector<std::string> seen;
    bool given_up = false;
  } observer;
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "pay", "{}"}}) : says("done"); });
  CancelScope scope;
  run.add_tool("pay", tool::Effect::irreversible).before_effect = [&] {
    scope.cancel({Cause::caller, "gone"});
    observer.given_up = true;
  };
  run.new_process(&observer);

  EXPECT_EQ(run.run_in(scope).status, RunStatus::cancelled);

  EXPECT_THAT(observer.seen, ElementsAre("begins", "settled", "is over", "ended"));
}

TEST(Executor, EveryCallSaysWhichRunItIsFor) {  // [RUN-12] [RUN-18]
  Ported run;
  run.agent.name = "looker";
  auto invocation = run.invocation("r-1");
  invocation.caller = "ada";
  invocation.channel = "ops";
  EXPECT_TRUE(run.run_with(invocation).ok());
  ASSERT_EQ(run.model->requests.size(), 2U);
  for (const auto& request : run.model->requests) {
    ASSERT_TRUE(request.attribution);
    EXPECT_EQ(request.attribution->run + " " + request.attribution->agent, "r-1 looker");
    EXPECT_EQ(request.attribution->user + " " + request.attribution->channel, "ada ops");
  }
}

TEST(Executor, CarriesTheResolversAttributionInEveryCall) {  // [RUN-12]
  struct Attributing final : llm::ModelResolver {
    Result<llm::ResolvedModel> resolve(std::string_view) override {
      return llm::ResolvedModel{model, "test/model", 0, std::make_shared<llm::Attribution>(llm::Attribution{"me"})};
    }
    std::shared_ptr<CountingModel> model;
  } resolver;
  Harness run(look_then_answer());
  run.add_tool("look", tool::Effect::pure);
  resolver.model = run.model;
  run.reconfigure([&](ExecutorConfig& config) { config.models = &resolver; });
  EXPECT_TRUE(run.run().ok());
  for (const auto& request : run.model->requests) EXPECT_EQ(request.attribution->user, "me");
}

TEST(Executor, AResolverWithoutAModelIsACleanError) {  // [RUN-13]
  Harness run([](std::size_t) { return says("never"); });
  OneModelResolver nothing(nullptr);
  run.reconfigure([&](ExecutorConfig& config) { config.models = &nothing; });
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("no model"));
}

TEST(Executor, TurnsAnythingThrownIntoAnError) {  // [RUN-03] [RUN-31]
  Harness run([](std::size_t) -> llm::Response { throw 42; });
  EXPECT_EQ(run.run().status, RunStatus::error);
}

TEST(Executor, ReplacesSenselessDefaults) {  // [RUN-04] [RUN-06] [RUN-07] [RUN-08] [RUN-11]
  struct Names final : llm::ModelResolver {
    Result<llm::ResolvedModel> resolve(std::string_view name) override {
      asked.emplace_back(name);
      return llm::ResolvedModel{model, "test/model", 0};
    }
    std::shared_ptr<CountingModel> model;
    std::vector<std::string> asked;
  } resolver;
  Harness run([](std::size_t turn) { return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}); });
  run.add_tool("look", tool::Effect::pure);
  resolver.model = run.model;
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &resolver;
    config.defaults = {-1, Milliseconds(-1), "", 0, -5, 0, Milliseconds(0)};
  });
  auto outcome = run.run();
  EXPECT_EQ(outcome.iterations, 12);
  EXPECT_EQ(outcome.error_code, "run.max_steps");
  EXPECT_THAT(resolver.asked, Contains("fast"));
}

TEST(Executor, KeepsPartialOutputAndUsageOfALoopThatFails) {  // [RUN-33]
  Harness run([](std::size_t turn) -> llm::Response {
    if (turn == 1) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
    auto response = calls({{"c", "look", "{}"}});
    response.message.parts.push_back(llm::Text{"so far so good"});
    return response;
  });
  run.add_tool("look", tool::Effect::pure);
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.output, "so far so good");
  EXPECT_EQ(outcome.usage.input, 10);
}

TEST(Executor, AToolThatCannotBeBuiltRefusesTheRun) {  // [RUN-32]
  Harness run([](std::size_t) { return says("never"); });
  run.agent.tools = {"nowhere"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("nowhere"));
}

TEST(Executor, RunsAnAnonymousAgent) {  // [RUN-15]
  Harness run([](std::size_t) { return says("done"); });
  run.agent.name.clear();
  EXPECT_TRUE(run.run().ok());
}

TEST(Executor, TheClockOfARunStartsWhenItIsTakenUp) {  // [RUN-16] [RUN-05]
  Harness run(look_then_answer());
  run.add_tool("look", tool::Effect::pure);
  run.agent.max_runtime = Milliseconds(10'000);
  auto invocation = run.invocation("run");
  invocation.start = Invocation::Start::queued;
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  run.loop.manual_clock().advance(Milliseconds(3'600'000));
  EXPECT_TRUE(run.recover()->ok());
}

TEST(Executor, AnErrorAfterTheDeadlineIsNoTimeout) {  // [RUN-22]
  Harness run([](std::size_t turn) -> llm::Response {
    if (turn == 0) return calls({{"c", "look", "{}"}});
    throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
  });
  auto& look = run.add_tool("look", tool::Effect::pure);
  look.before_effect = [&] { run.loop.manual_clock().advance(Milliseconds(61'000)); };
  EXPECT_EQ(run.run().status, RunStatus::error);
}

// Throws what a test wants when its wait for an answer is cancelled, as a library does that has errors of its own.
class TornDownModel final : public llm::Model {
 public:
  explicit TornDownModel(std::function<void()> tear) : tear_(std::move(tear)) {}
  Task<llm::Response> generate(llm::Request, llm::StreamObserver*) override {
    bool cancelled = false;
    try {
      OneShot<> never;
      co_await never.wait();
    } catch (const Cancelled&) {
      cancelled = true;
    }
    if (cancelled) tear_();
    throw Cancelled({Cause::deadline, "as the run's own"});
  }
  const std::string& target() const override { return target_; }

 private:
  std::string target_ = "test/torn-down";
  std::function<void()> tear_;
};

RunOutcome end_after_the_deadline(std::function<void()> tear, std::vector<Phase> phases = {}) {
  Harness run([](std::size_t) { return says("unused"); });
  OneModelResolver models(std::make_shared<TornDownModel>(std::move(tear)));
  run.reconfigure([&](ExecutorConfig& config) { config.models = &models; });
  run.agent.phases = std::move(phases);
  run.agent.max_runtime = Milliseconds(5'000);
  return run.run();
}

TEST(Executor, WhatBreaksAfterTheDeadlineFiredIsTheError) {  // [RUN-21] [RUN-22]
  auto outcome = end_after_the_deadline([] { throw std::runtime_error("the socket was shut"); });
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error, "the socket was shut");
}

TEST(Executor, AModelThatFailsAfterTheDeadlineFiredIsNotWaitedFor) {  // [RUN-22]
  auto outcome = end_after_the_deadline(
      [] { throw llm::ModelError(llm::Failure::transient, "model.busy", "busy", 503, std::chrono::hours(1)); });
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "model.busy");
}

TEST(Executor, AnOptionalPhaseThatBreaksAfterTheDeadlineIsNotReplaced) {  // [RUN-22] [PH-07]
  Phase optional{"only", "only"};
  optional.optional = true;
  auto outcome = end_after_the_deadline([] { throw std::runtime_error("the socket was shut"); }, {optional});
  EXPECT_EQ(outcome.status, RunStatus::error);
}

TEST(Executor, TheDeadlineItselfIsATimeout) {  // [RUN-21]
  EXPECT_EQ(end_after_the_deadline([] {}).status, RunStatus::timeout);
}

TEST(Executor, SubmittedAnswersAreTheOutput) {  // [RUN-39] [RUN-40]
  Harness run([](std::size_t turn) {
    std::string answer = R"({"answer":"number )" + std::to_string(turn) + R"("})";
    return turn < 2 ? calls({{"c", "submit", answer}}) : says("");
  });
  run.agent.submit_tool = Agent::SubmitTool::added;
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "number 0") << "the first one counts";
}

// The agent's own tool of that name is the one: it is not replaced, and not offered twice.
TEST(Executor, AddsNoSubmitToolWhereTheAgentHasOne) {  // [RUN-39]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "submit", "{}"}}) : says("done"); });
  auto& own = run.add_tool("submit", tool::Effect::pure);
  own.act = [] {
    tool::Done done{"taken", {}};
    done.submitted = "its own answer";
    return done;
  };
  run.agent.submit_tool = Agent::SubmitTool::added;
  EXPECT_EQ(run.run().output, "its own answer");
  ASSERT_EQ(run.model->requests.size(), 2u);
  EXPECT_EQ(run.model->requests[0].tools.size(), 1u);
  EXPECT_EQ((*run.model->requests[0].tools.begin()).description, own.info().spec.description);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Executor, ASubmittedAnswerBeatsStepsThatRanOut) {  // [RUN-40]
  Harness run([](std::size_t turn) {
    if (turn == 0) return calls({{"c", "submit", R"({"answer":"it is 42"})"}});
    return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}});
  });
  run.add_tool("look", tool::Effect::pure);
  run.agent.submit_tool = Agent::SubmitTool::added;
  run.agent.max_iterations = 3;
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "it is 42");
  EXPECT_EQ(outcome.error, "");
}

TEST(Executor, NestedModelCallsArePaidOnceAcrossACrash) {  // [DUR-09]
  struct Asking final : tool::Tool {
    Asking() {
      info_.spec = {"ask", "Asks.", {{"type", "object"}}};
      info_.effect = tool::Effect::pure;
    }
    const tool::ToolInfo& info() const override { return info_; }
    Task<tool::Outcome> call(tool::Call call) override {
      std::string answers;
      for (const char* text : {"first question", "second question"}) {
        llm::Transcript question{llm::user_message(text)};
        auto answer = co_await call.generate("nested", std::move(question));
        answers += answer.message.text() + ";";
      }
      if (fail) fail();
      tool::Outcome done = tool::Done{answers, {}};
      co_return done;
    }
    std::function<void()> fail;
    tool::ToolInfo info_;
  };
  int nested = 0;
  Harness run([&](const llm::Request& request, std::size_t turn) {
    if (request.system == "nested") return ++nested, says("answer to the " + request.messages.begin()->text());
    return turn == 0 ? calls({{"c", "ask", "{}"}}) : says("done");
  });
  auto ask = std::make_shared<Asking>();
  ask->fail = [&] { run.store->dead = true; };
  run.add(ask);
  (void)run.run();
  ask->fail = nullptr;
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ(nested, 2);
  EXPECT_EQ(run.model->requests.back().messages.back().tool_results.at(0).text,
            "answer to the first question;answer to the second question;");
  EXPECT_EQ(outcome->usage.input, 40) << "the nested calls are paid for too";
}

}  // namespace
}  // namespace executus::run
