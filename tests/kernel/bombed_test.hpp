// Host ports that throw from one of their methods, and a run that comes by every method of all of them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {

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
  void on_text(const RunId&, const ResponseDraft&, std::string_view) override { bomb.pass("observer.on_text"); }
  void on_reasoning(const RunId&, const ResponseDraft&, std::string_view) override {
    bomb.pass("observer.on_reasoning");
  }
  void on_arguments(const RunId&, const ResponseDraft&, std::string_view, std::string_view, std::string_view) override {
    bomb.pass("observer.on_arguments");
  }
  void on_reset(const RunId&, const ResponseDraft&) override { bomb.pass("observer.on_reset"); }
  void on_delay(const RunId&, std::string_view) override { bomb.pass("observer.on_delay"); }
  Bomb& bomb;
};

// The small ones, each with a method or two.
struct BombedHost final : Budget,
                          Delivery,
                          Gate,
                          SubAgents,
                          InputFiles,
                          Sessions,
                          DeclaredTools,
                          SkillPacks,
                          Compactor {
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
  std::optional<SubAgent> skill(std::string_view, std::string_view) override {
    bomb.pass("sub_agents.skill");
    return std::nullopt;
  }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
    bomb.pass("sub_agents.agent");
    Agent helper;
    helper.name = name;
    helper.system_prompt = "child";
    helper.tools = {"act"};
    helper.root = "/";
    return SubAgent{helper, {}};
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
  Result<ResolvedSkills> resolve(const std::vector<std::string>& names) override {
    bomb.pass("skill_packs.resolve");
    return ResolvedSkills{{PinnedPack{names.front(), "ab"}}, "Skills: one"};
  }
  std::shared_ptr<tool::Tool> tool(const std::vector<PinnedPack>&) override {
    bomb.pass("skill_packs.tool");
    return has_skill_tool ? std::make_shared<EffectTool>("skill_use", tool::Effect::pure, world) : nullptr;
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
  bool has_skill_tool = true;
};

// Speaks while it thinks, and fails for a moment when asked for the first time.
struct FalteringModel final : llm::Model {
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    if (observer) {
      observer->on_text("hm");
      observer->on_reasoning("hm");
      observer->on_arguments("c", "t", "{}");
    }
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
    agent.skill_packs = {"pack"};
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
    ports.sub_agents = &host;
    ports.input_files = &host;
    ports.sessions = &host;
    ports.declared_tools = &host;
    ports.skill_packs = &host;
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

}  // namespace executus::run
