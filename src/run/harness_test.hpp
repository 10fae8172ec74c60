// A run in a box for tests: a scripted model that counts what it is asked, tools that count their effects, a journal in
// memory that can be made to die at any write, and a clock that moves when told to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/run/executor.hpp>
#include <executus/run/recovery.hpp>
#include <executus/testing/manual_loop.hpp>

#include "run/mortal_store_test.hpp"

namespace executus::run {

// Answers by the number of assistant messages in the request, so that a resumed run goes on where it was.
class CountingModel final : public llm::Model {
 public:
  using Answer = std::function<llm::Response(const llm::Request& request, std::size_t turn)>;
  explicit CountingModel(Answer answer) : answer_(std::move(answer)) {}
  explicit CountingModel(std::function<llm::Response(std::size_t turn)> answer)
      : answer_([answer = std::move(answer)](const llm::Request&, std::size_t turn) { return answer(turn); }) {}

  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    std::size_t turn = 0;
    for (const auto& message : request.messages) turn += message.role == llm::Role::assistant;
    note(turn, request);
    if (on_call) on_call();
    if (wait) co_await wait->wait();
    llm::Response response = answer_(request, turn);
    response.usage = {10, 5, 0, 0, 0};
    response.target = target_;
    co_return response;
  }
  const std::string& target() const override { return target_; }

  std::map<std::size_t, int> asked;  // by turn
  std::vector<llm::Request> requests;
  std::function<void()> on_call;
  std::optional<OneShot<>> wait;  // when set, calls wait for it

 private:
  void note(std::size_t turn, const llm::Request& request) {  // runs on several strands may share one model
    std::lock_guard lock(mutex_);
    ++asked[turn];
    requests.push_back(request);
  }

  std::mutex mutex_;
  Answer answer_;
  std::string target_ = "test/model";
};

inline llm::Response says(std::string text) {
  llm::Response response;
  response.message = llm::assistant_message(std::move(text));
  return response;
}
inline llm::Response calls(std::vector<llm::ToolCall> calls) {
  llm::Response response;
  response.message = llm::assistant_message("", std::move(calls));
  response.finish = llm::FinishReason::tool_calls;
  return response;
}

class OneModelResolver final : public llm::ModelResolver {
 public:
  explicit OneModelResolver(std::shared_ptr<llm::Model> model) : model_(std::move(model)) {}
  Result<llm::ResolvedModel> resolve(std::string_view) override { return llm::ResolvedModel{model_, "test/model", 0}; }

 private:
  std::shared_ptr<llm::Model> model_;
};

// The world outside, where effects happen: it outlives every crash. Tools of runs on several strands act on it at once;
// a test looks at the counts while none of them does.
struct World {
  std::map<std::string, int> effects;     // by idempotency key: how often it happened
  std::map<std::string, int> dispatches;  // by idempotency key: how often it was asked for

  void act(const std::string& key, tool::Effect effect) {
    std::lock_guard lock(mutex);
    int& times = effects[key];
    ++dispatches[key];
    if (effect != tool::Effect::keyed || times == 0) ++times;  // a keyed target dedupes by our key
  }
  bool happened(const std::string& key) {
    std::lock_guard lock(mutex);
    return effects.contains(key);
  }

  std::mutex mutex;
};

// A tool with an effect in the world. `act` may replace the usual outcome.
class EffectTool final : public tool::Tool {
 public:
  EffectTool(std::string name, tool::Effect effect, World& world) : world_(world) {
    info_.spec = {std::move(name), "Has an effect.", {{"type", "object"}}};
    info_.effect = effect;
    info_.timeout = Milliseconds(1'000);
  }
  const tool::ToolInfo& info() const override { return info_; }

  Task<tool::Outcome> call(tool::Call call) override {
    if (sees) sees(call);
    if (before_effect) before_effect();
    if (around) co_await around(OneShot<>());
    world_.act(call.idempotency_key, info_.effect);
    if (act) co_return act();
    if (sees_outcome) co_return sees_outcome(call);
    tool::Outcome done = tool::Done{"did it", {}};
    co_return done;
  }
  Task<tool::Probe> probe(tool::Call call) override {
    ++probes;
    tool::Probe answer = tool::DidNotHappen{};
    if (world_.happened(call.idempotency_key)) answer = tool::Done{"did it", {}};
    if (probe_answer) answer = *probe_answer;
    co_return answer;
  }

  std::vector<std::string> missing() const override { return lacks; }

  std::vector<std::string> lacks;  // of what its calls need
  std::function<void(const tool::Call&)> sees;
  std::function<void()> before_effect;
  std::function<Task<void>(OneShot<>)> around;  // awaited before the effect
  std::function<tool::Outcome()> act;
  std::function<tool::Outcome(const tool::Call&)> sees_outcome;
  std::optional<tool::Probe> probe_answer;
  int probes = 0;
  tool::ToolInfo& change() { return info_; }

 private:
  World& world_;
  tool::ToolInfo info_;
};

// A tool that never answers.
class HangingTool final : public tool::Tool {
 public:
  HangingTool() {
    info_.spec = {"hang", "Never answers.", {{"type", "object"}}};
    info_.timeout = Milliseconds(1'000);
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override {
    OneShot<> never;
    co_await never.wait();
    co_return tool::Outcome{};
  }

 private:
  tool::ToolInfo info_;
};
inline std::shared_ptr<tool::Tool> make_tool_that_hangs() { return std::make_shared<HangingTool>(); }

// Tasks on a manual loop. What a failing test leaves where it stands would be joined for ever, since no thread runs the
// loop meanwhile: it is cancelled and driven to its end first.
class ManualGroup final {
 public:
  explicit ManualGroup(testing::ManualLoop& loop) : loop_(loop), group_(loop) {}
  ManualGroup(const ManualGroup&) = delete;
  ManualGroup& operator=(const ManualGroup&) = delete;
  ~ManualGroup() { join(); }

  RootHandle spawn(Task<void> task) { return group_.spawn(std::move(task)); }
  void join() {
    group_.cancel_all({Cause::shutdown, "the test is over"});
    loop_.run_ready();
    for (int timers = 0; timers < 10'000 && loop_.advance_to_next_timer(); ++timers) {
    }
    group_.join();
  }

 private:
  testing::ManualLoop& loop_;
  RootGroup group_;
};

// Tells a test of every entry.
class EntryObserver final : public RunObserver {
 public:
  explicit EntryObserver(std::function<void(const journal::Entry&)> tell) : tell_(std::move(tell)) {}
  void on_entry(const RunId&, const journal::Entry& entry) override { tell_(entry); }

 private:
  std::function<void(const journal::Entry&)> tell_;
};

// Processes come and go on one journal and one world.
class Harness {
 public:
  template <class Answer>
  explicit Harness(Answer answer) : model(std::make_shared<CountingModel>(std::move(answer))), models_(model) {
    new_process();
  }

  EffectTool& add_tool(std::string name, tool::Effect effect) {
    auto tool = std::make_shared<EffectTool>(std::move(name), effect, world);
    registry_.add(tool);
    agent.tools.push_back(tool->info().spec.name);
    return *tool;
  }

  void add(std::shared_ptr<tool::Tool> tool) {
    agent.tools.push_back(tool->info().spec.name);
    registry_.add(std::move(tool));
  }
  void forget_tools() { registry_ = tool::Registry(); }

  // The old process is dead as far as the journal is concerned; what follows is done by the new one.
  void new_process(RunObserver* observer = nullptr) {
    if (store) journal.declare_dead(store->inner());
    graveyard_.push_back(std::move(executor));
    stores_.push_back(std::make_unique<MortalStore>(journal.open_worker()));
    store = stores_.back().get();
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store;
    config.ports.observer = observer;
    if (configure) configure(config);
    executor = std::make_unique<Executor>(std::move(config));
  }

  RunOutcome run(std::string id = "run") { return loop.run(executor->run(agent, invocation(std::move(id)))); }
  Invocation invocation(std::string id) {
    Invocation invocation;
    invocation.run_id = *RunId::parse(id);
    invocation.prompt = "please";
    return invocation;
  }
  // In a scope of the test's own, which it may cancel from wherever it is called back.
  RunOutcome run_in(CancelScope& scope, std::string id = "run") {
    return loop.run(in_scope(scope, executor->run(agent, invocation(std::move(id)))));
  }
  static Task<RunOutcome> in_scope(CancelScope& scope, Task<RunOutcome> task) {
    TaskContext context = co_await this_task();
    TaskContext inner{context.strand, &scope};
    co_return co_await std::move(task).in(inner);
  }
  std::optional<RunOutcome> recover(std::string id = "run") {
    auto row = loop.run(store->inner().find(*RunId::parse(id)));
    if (!row) return std::nullopt;
    auto claimed = loop.run(store->inner().claim(row->id, row->epoch));
    if (!claimed) return std::nullopt;
    return loop.run(executor->resume(std::move(*claimed)));
  }
  void post(journal::Command command, std::string id = "run") {
    auto verdict = loop.run(store->inner().post(*RunId::parse(id), std::move(command)));
    if (verdict != journal::PostVerdict::accepted) throw std::runtime_error("the command was refused");
  }
  std::vector<journal::Entry> entries(std::string id = "run") {
    return loop.run(store->inner().read(*RunId::parse(id), 0, 10'000));
  }
  std::vector<std::string> kinds(std::string id = "run") {
    std::vector<std::string> names;
    for (const auto& entry : entries(std::move(id))) names.emplace_back(journal::kind_name(kind_of(entry.payload)));
    return names;
  }
  int total_effects() const {
    int total = 0;
    for (const auto& [key, times] : world.effects) total += times;
    return total;
  }

  testing::ManualLoop loop;
  journal::MemoryJournal journal{loop.clock()};
  World world;
  std::shared_ptr<CountingModel> model;
  Agent agent = [] {
    Agent agent;
    agent.name = "test";
    agent.system_prompt = "Be good.";
    agent.root = "/";
    return agent;
  }();
  MortalStore* store = nullptr;
  std::unique_ptr<Executor> executor;
  std::function<void(ExecutorConfig&)> configure;  // what new processes have besides; see reconfigure()

  tool::Registry& tools() { return registry_; }
  llm::ModelResolver& models() { return models_; }

  // The first process already has it.
  void reconfigure(std::function<void(ExecutorConfig&)> change) {
    configure = std::move(change);
    new_process();
  }

 private:
  tool::Registry registry_;
  OneModelResolver models_;
  std::vector<std::unique_ptr<MortalStore>> stores_;
  std::vector<std::unique_ptr<Executor>> graveyard_;
};

}  // namespace executus::run
