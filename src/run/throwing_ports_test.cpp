// Host ports that throw, from each of their methods in turn: a table says what becomes of the run. Most of them only
// watch, and change nothing; what a run cannot do without refuses it; a place that keeps it holds it.
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Every method of every port passes here; one of them does not come through.
struct Bomb {
  void pass(std::string where) {
    ++reached[where];
    if (!at.contains(where) || times == 0) return;
    --times;
    throw std::runtime_error(where + " is broken");
  }
  std::set<std::string> at;
  int times = 1'000'000;
  std::map<std::string, int> reached;
};

struct BombedAudit final : Audit {
  struct Record final : AuditRecord {
    explicit Record(Bomb& b) : bomb(b) {}
    void on_step(int, const llm::Response&) override { bomb.pass("audit.on_step"); }
    void on_tool(const Activity&) override { bomb.pass("audit.on_tool"); }
    void log_event(std::string_view, const boost::json::object&) override { bomb.pass("audit.log_event"); }
    Task<void> close(RunStats) override {
      bomb.pass("audit.close");
      co_return;
    }
    Bomb& bomb;
  };
  explicit BombedAudit(Bomb& b) : bomb(b) {}
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override {
    bomb.pass("audit.start_run");
    return std::make_unique<Record>(bomb);
  }
  Bomb& bomb;
};

// Extends once, so that there is an event; then it has nothing more to say.
struct BombedCritic final : Critic {
  struct Handle final : CriticHandle {
    explicit Handle(Bomb& b) : bomb(b) {}
    Milliseconds limit() const override {
      bomb.pass("critic.limit");
      return Milliseconds(600'000);
    }
    Task<CriticDecision> watch() override {
      bomb.pass("critic.watch");
      if (std::exchange(decided, true)) {
        OneShot<> never;
        co_await never.wait();
      }
      CriticDecision decision;
      decision.extend_by = Milliseconds(60'000);
      co_return decision;
    }
    void record_step(int, const llm::Response&) override { bomb.pass("critic.record_step"); }
    void record_tool_start(const Activity&) override { bomb.pass("critic.record_tool_start"); }
    void record_progress() override { bomb.pass("critic.record_progress"); }
    void stop() override { bomb.pass("critic.stop"); }
    Bomb& bomb;
    bool decided = false;
  };
  explicit BombedCritic(Bomb& b) : bomb(b) {}
  std::unique_ptr<CriticHandle> monitor(CriticStart) override {
    bomb.pass("critic.monitor");
    return std::make_unique<Handle>(bomb);
  }
  Bomb& bomb;
};

struct BombedObserver final : RunObserver {
  explicit BombedObserver(Bomb& b) : bomb(b) {}
  void on_entry(const RunId&, const journal::Entry&) override { bomb.pass("observer.on_entry"); }
  void on_activity(const RunId&, const Activity&) override { bomb.pass("observer.on_activity"); }
  void on_child_activity(const RunId&, const RunId&, const Activity&) override {
    bomb.pass("observer.on_child_activity");
  }
  void on_text(const RunId&, std::uint32_t, std::string_view) override { bomb.pass("observer.on_text"); }
  void on_reset(const RunId&, std::uint32_t) override { bomb.pass("observer.on_reset"); }
  void on_delay(const RunId&, std::string_view) override { bomb.pass("observer.on_delay"); }
  Bomb& bomb;
};

// The small ones, each with a method or two.
struct BombedHost final : Budget, Delivery, Gate, Palette, InputFiles, Sessions, DeclaredTools, Compactor {
  explicit BombedHost(Bomb& b) : bomb(b) {}
  Task<std::optional<std::string>> check(RunInfo) override {
    bomb.pass("budget.check");
    co_return std::nullopt;
  }
  Task<void> commit(RunInfo, Milliseconds) override {
    bomb.pass("budget.commit");
    co_return;
  }
  Task<std::string> deliver(DeliveryTarget, std::string, std::vector<Artifact>) override {
    bomb.pass("delivery.deliver");
    co_return "post-1";
  }
  Task<void> deliver_error(DeliveryTarget, std::string) override {
    bomb.pass("delivery.deliver_error");
    co_return;
  }
  Task<std::vector<journal::GateDecision>> decide(RunInfo, std::vector<GateCall>) override {
    bomb.pass("gate.decide");
    co_return std::vector<journal::GateDecision>();
  }
  std::optional<PaletteEntry> skill(std::string_view) override {
    bomb.pass("palette.skill");
    return std::nullopt;
  }
  std::optional<PaletteEntry> agent(std::string_view name) override {
    bomb.pass("palette.agent");
    Agent helper;
    helper.name = name;
    helper.system_prompt = "child";
    helper.tools = {"act"};
    helper.root = "/";
    return PaletteEntry{helper, {}};
  }
  Task<std::string> stage(RunId, std::size_t, InputFile) override {
    bomb.pass("input_files.stage");
    co_return "file-1";
  }
  SessionFactory for_run(const RunInfo&) override {
    bomb.pass("sessions.for_run");
    return [this](std::shared_ptr<Session>) { return session_tools(); };
  }
  SessionTools session_tools() {
    bomb.pass("session.factory");
    SessionTools tools;
    tools.post_run = [&b = bomb](PostRun) { return post_run(b); };
    tools.cleanup = [this] { bomb.pass("session.cleanup"); };
    return tools;
  }
  static Task<boost::json::value> post_run(Bomb& bomb) {
    bomb.pass("session.post_run");
    co_return nullptr;
  }
  Result<std::shared_ptr<tool::Tool>> make(const boost::json::object&) override {
    bomb.pass("declared_tools.make");
    return std::shared_ptr<tool::Tool>(std::make_shared<EffectTool>("declared", tool::Effect::pure, world));
  }
  Task<Compaction> compact(CompactionRequest) override {
    bomb.pass("compactor.compact");
    Compaction answer;
    answer.upto = 1;
    answer.summary = "so far";
    co_return answer;
  }
  Bomb& bomb;
  World world;
};

// Speaks while it thinks, and fails for a moment when asked for the first time.
struct FalteringModel final : llm::Model {
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    if (observer) observer->on_text("hm");
    if (std::exchange(falters, false)) throw llm::ModelError(llm::Failure::transient, "model.busy", "busy", 503);
    if (refuses) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
    ++answers;
    bool first = request.messages.back().role == llm::Role::user;
    if (!first) co_return says("done");
    if (request.system == "child") co_return calls({{"a", "act", "{}"}});
    co_return calls({{"a", "act", "{}"}, {"c", "agent__helper", R"({"prompt":"help"})"}});
  }
  const std::string& target() const override { return name; }
  std::string name = "test/faltering";
  bool falters = true, refuses = false;
  int answers = 0;
};

struct BombedResolver final : llm::ModelResolver {
  explicit BombedResolver(Bomb& b) : bomb(b) {}
  Result<llm::ResolvedModel> resolve(std::string_view) override {
    bomb.pass("models.resolve");
    return llm::ResolvedModel{model, "test/faltering", 0};
  }
  Bomb& bomb;
  std::shared_ptr<FalteringModel> model = std::make_shared<FalteringModel>();
};

// A run that comes by every method of its host's.
struct BombedRun : Harness {
  BombedRun() : Harness([](std::size_t) { return says("unused"); }) {
    act = &add_tool("act", tool::Effect::keyed);
    act->act = [] { return tool::Done{std::string(1'000, 'x'), {}}; };
    agent.agents = {"helper"};
    agent.skills = {"nothing"};
    agent.declared_tools = {{{"name", "declared"}}};
    agent.critic.enabled = true;
    reconfigure([this](ExecutorConfig& config) { configure_host(config); });
  }
  void configure_host(ExecutorConfig& config) {
    config.models = &resolver;
    config.compactor = &host;
    config.context_tokens = [this](std::string_view) { return bomb.pass("context_tokens"), 200; };
    auto& ports = config.ports;
    ports.observer = &observer;
    ports.audit = &audit;
    ports.critic = &critic;
    ports.budget = &host;
    ports.delivery = &host;
    ports.gate = &host;
    ports.palette = &host;
    ports.input_files = &host;
    ports.sessions = &host;
    ports.declared_tools = &host;
    ports.finalizers = {[this](const RunOutcome&) { bomb.pass("finalizer"); }};
  }
  RunOutcome go() {
    auto invocation = this->invocation("run");
    invocation.delivery = {"chat", "42"};
    invocation.files = {{"a.txt", "", "x"}};
    return loop.run(in_scope(scope, executor->run(agent, std::move(invocation))));
  }

  Bomb bomb;
  CancelScope scope;
  EffectTool* act;
  BombedAudit audit{bomb};
  BombedCritic critic{bomb};
  BombedObserver observer{bomb};
  BombedHost host{bomb};
  BombedResolver resolver{bomb};
};

struct BombRow {
  const char* where;
  RunStatus status = RunStatus::ok;
  friend void PrintTo(const BombRow& row, std::ostream* out) { *out << row.where; }
};

std::string name_of_bomb(const ::testing::TestParamInfo<BombRow>& info) {
  std::string name = info.param.where;
  for (auto& c : name) c = c == '.' ? '_' : c;
  return name;
}

const BombRow kWatching[] = {
    {"audit.start_run"},    {"audit.on_step"},     {"audit.on_tool"},
    {"audit.log_event"},    {"audit.close"},       {"budget.commit"},
    {"critic.monitor"},     {"critic.limit"},      {"critic.watch"},
    {"critic.record_step"}, {"critic.stop"},       {"critic.record_tool_start"},
    {"delivery.deliver"},   {"observer.on_entry"}, {"critic.record_progress"},
    {"observer.on_text"},   {"observer.on_reset"}, {"observer.on_activity"},
    {"observer.on_delay"},  {"input_files.stage"}, {"observer.on_child_activity"},
    {"session.post_run"},   {"session.cleanup"},   {"finalizer"},
    {"compactor.compact"},
};

class WatchingPort : public ::testing::TestWithParam<BombRow> {};

TEST_P(WatchingPort, ThatThrowsChangesNothing) {  // [RUN-31] [IO-10] [SES-07] [AGT-07] [CR-08]
  BombedRun run;
  run.bomb.at = {GetParam().where};
  auto outcome = run.go();
  EXPECT_GT(run.bomb.reached[GetParam().where], 0) << "the run never came by";
  EXPECT_EQ(outcome.status, RunStatus::ok) << outcome.error;
  EXPECT_EQ(outcome.output, "done");
  EXPECT_EQ(run.total_effects(), 2) << "its own, and its child's";
  EXPECT_EQ(run.resolver.model->answers, 4);
}
INSTANTIATE_TEST_SUITE_P(Each, WatchingPort, ::testing::ValuesIn(kWatching), name_of_bomb);

TEST(WatchingPorts, ThatAllThrowChangeNothing) {  // [RUN-31]
  BombedRun run;
  for (const auto& row : kWatching) run.bomb.at.insert(row.where);
  EXPECT_TRUE(run.go().ok());
  EXPECT_EQ(run.total_effects(), 2);
}

// What a run cannot do without.
class NeededPort : public ::testing::TestWithParam<BombRow> {};

TEST_P(NeededPort, ThatThrowsRefusesTheRun) {  // [RUN-31] [RUN-32] [RUN-03]
  BombedRun run;
  run.bomb.at = {GetParam().where};
  auto outcome = run.go();
  EXPECT_GT(run.bomb.reached[GetParam().where], 0) << "the run never came by";
  EXPECT_EQ(outcome.status, GetParam().status);
  EXPECT_THAT(outcome.error, HasSubstr(std::string(GetParam().where) + " is broken"));
  EXPECT_EQ(run.resolver.model->answers, 0);
}
INSTANTIATE_TEST_SUITE_P(
    Each, NeededPort,
    ::testing::Values(BombRow{"models.resolve", RunStatus::error}, BombRow{"context_tokens", RunStatus::error},
                      BombRow{"declared_tools.make", RunStatus::error}, BombRow{"palette.skill", RunStatus::error},
                      BombRow{"palette.agent", RunStatus::error}, BombRow{"sessions.for_run", RunStatus::error},
                      BombRow{"session.factory", RunStatus::error}, BombRow{"budget.check", RunStatus::error}),
    name_of_bomb);

TEST(ThrowingPorts, AGateDeniesTheBatch) {  // [RUN-31]
  BombedRun run;
  run.bomb.at = {"gate.decide"};
  auto outcome = run.go();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_THAT(outcome.messages[2].tool_results[0].text, HasSubstr("gate.decide is broken"));
}

TEST(ThrowingPorts, AnErrorThatCannotBeDeliveredStaysTheRunsEnd) {  // [IO-09] [IO-10]
  BombedRun run;
  run.resolver.model->refuses = true;
  run.bomb.at = {"delivery.deliver_error"};
  auto outcome = run.go();
  EXPECT_EQ(outcome.error_code, "model.refused");
  EXPECT_EQ(run.bomb.reached["delivery.deliver_error"], 1);
  EXPECT_THAT(run.kinds(), Contains("ended"));
}

TEST(ThrowingPorts, ACriticThatIsStoppedDoesNotChangeWhyTheRunEnds) {  // [CR-08] [RUN-21]
  BombedRun run;
  run.act->before_effect = [&] { run.scope.cancel({Cause::caller, ""}); };
  run.bomb.at = {"critic.stop"};
  EXPECT_EQ(run.go().status, RunStatus::cancelled);
  EXPECT_EQ(run.bomb.reached["critic.stop"], 1);
}

// --- a place of the host's own that keeps runs

struct BombedKeeper final : CheckpointerFactory {
  struct Kept final : Checkpointer {
    explicit Kept(BombedKeeper& k) : keeper(k) {}
    journal::Appended keep(std::vector<journal::Entry> added, std::string where) {
      keeper.bomb.pass(std::move(where));
      for (auto& entry : added) keeper.entries.push_back(std::move(entry));
      return {journal::AppendVerdict::appended, keeper.commands_wait};
    }
    Task<journal::Appended> append(std::vector<journal::Entry> added, Durable, Boundary,
                                   std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "append");
    }
    Task<journal::Appended> complete(std::vector<journal::Entry> added, std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "complete");
    }
    Task<journal::Appended> fail(std::vector<journal::Entry> added, std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "fail");
    }
    Task<journal::Appended> park(std::vector<journal::Entry> added, std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "park");
    }
    Task<void> leave(Attempt) override {
      keeper.bomb.pass("leave");
      co_return;
    }
    Task<std::vector<journal::Command>> inbox() override {
      keeper.bomb.pass("inbox");
      co_return std::vector<journal::Command>();
    }
    Dispatch may_dispatch() const override {
      keeper.bomb.pass("may_dispatch");
      return Dispatch::yes;
    }
    BombedKeeper& keeper;
  };
  explicit BombedKeeper(Bomb& b) : bomb(b) {}
  Task<std::unique_ptr<Checkpointer>> begin(RunInfo) override {
    bomb.pass("begin");
    co_return std::make_unique<Kept>(*this);
  }
  Bomb& bomb;
  std::vector<journal::Entry> entries;
  bool commands_wait = true;  // so that the inbox is looked at
};

// A run that calls one tool and ends as `how` says, kept in such a place.
struct KeptThere : Harness {
  enum class End { well, badly, waiting, shut_down };
  explicit KeptThere(End how)
      : Harness([how](std::size_t turn) -> llm::Response {
          if (turn == 0) return calls({{"a", "act", "{}"}});
          if (how == End::badly) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
          return says("done");
        }) {
    auto effect = how == End::waiting ? tool::Effect::irreversible : tool::Effect::keyed;
    act = &add_tool("act", effect);
    if (how == End::waiting) act->act = [] { return tool::Unknown{"the connection was cut"}; };
    if (how == End::shut_down) act->before_effect = [this] { scope.cancel({Cause::shutdown, ""}); };
    reconfigure([this](ExecutorConfig& config) {
      config.ports.journal = nullptr;
      config.ports.checkpointers = &keeper;
    });
  }
  CancelScope scope;
  Bomb bomb;
  BombedKeeper keeper{bomb};
  EffectTool* act;
};

struct KeeperRow {
  const char* where;
  KeptThere::End end;
  RunStatus once, always;  // what becomes of the run when it throws so often
  friend void PrintTo(const KeeperRow& row, std::ostream* out) { *out << row.where; }
};
const KeeperRow kKeeper[] = {
    {"append", KeptThere::End::well, RunStatus::ok, RunStatus::running},
    {"inbox", KeptThere::End::well, RunStatus::ok, RunStatus::running},
    {"complete", KeptThere::End::well, RunStatus::ok, RunStatus::running},
    {"fail", KeptThere::End::badly, RunStatus::error, RunStatus::running},
    {"park", KeptThere::End::waiting, RunStatus::waiting, RunStatus::running},
    {"leave", KeptThere::End::shut_down, RunStatus::running, RunStatus::running},
};

class KeepingPort : public ::testing::TestWithParam<KeeperRow> {};

TEST_P(KeepingPort, ThatThrowsHoldsTheRunAndThenLeavesIt) {  // [DUR-15]
  const auto& row = GetParam();
  for (int times : {1, 1'000'000}) {
    KeptThere run(row.end);
    run.bomb.at = {row.where};
    run.bomb.times = times;
    if (run.bomb.at.contains("append")) {  // the first one is the admission's: whether the run is kept at all
      run.bomb.times = 0;
      run.act->before_effect = [&run, times] { run.bomb.times = times; };
    }
    auto outcome = run.run_in(run.scope);
    EXPECT_GT(run.bomb.reached[row.where], 0) << "the run never came by";
    EXPECT_EQ(outcome.status, times == 1 ? row.once : row.always) << outcome.error;
    EXPECT_LE(run.total_effects(), 1);
    bool over =
        !run.keeper.entries.empty() && std::holds_alternative<journal::Ended>(run.keeper.entries.back().payload);
    EXPECT_EQ(over, outcome.ok() || outcome.status == RunStatus::error) << "what was not kept is not told";
  }
}
INSTANTIATE_TEST_SUITE_P(Each, KeepingPort, ::testing::ValuesIn(kKeeper),
                         [](const auto& info) { return std::string(info.param.where); });

TEST(ThrowingPorts, APlaceThatCannotBeginRefusesTheRun) {  // [CK-02]
  KeptThere run(KeptThere::End::well);
  run.bomb.at = {"begin"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("begin is broken"));
  EXPECT_THAT(run.model->requests, IsEmpty());
}

TEST(ThrowingPorts, APlaceThatDoesNotTakeTheAdmissionIsToldThatTheRunIsOver) {  // [CK-02] [CK-17]
  for (auto on_failure : {OnBeginFailure::refuse, OnBeginFailure::best_effort}) {
    KeptThere run(KeptThere::End::well);
    auto before = run.configure;
    run.reconfigure([&](ExecutorConfig& config) {
      before(config);
      config.ports.on_begin_failure = on_failure;
    });
    run.bomb.at = {"append"};
    EXPECT_EQ(run.run().ok(), on_failure == OnBeginFailure::best_effort);
    EXPECT_EQ(run.bomb.reached["fail"], 1);
    ASSERT_FALSE(run.keeper.entries.empty());
    EXPECT_TRUE(std::holds_alternative<journal::Ended>(run.keeper.entries.back().payload));
  }
}

TEST(ThrowingPorts, APlaceThatCannotSayWhetherItIsOursSendsNothing) {
  KeptThere run(KeptThere::End::well);
  run.bomb.at = {"may_dispatch"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("may_dispatch is broken"));
  EXPECT_EQ(run.total_effects(), 0);
}

}  // namespace
}  // namespace executus::run
