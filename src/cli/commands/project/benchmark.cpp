#include "cli/commands/project/benchmark.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <utility>

#include <boost/json.hpp>
#include <unistd.h>

#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/run/executor.hpp>

#include "cli/commands/project/cpu_time.hpp"

namespace executus::cli {
namespace {

constexpr int kStepsPerRun = 20;
constexpr int kWave = 250;  // runs that are admitted at the same time, when many are started

std::string hardly_compressible(std::size_t bytes, unsigned seed) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .";
  std::string text(bytes, ' ');
  for (auto& c : text) c = alphabet[(seed = seed * 1103515245u + 12345u) >> 26];
  return text;
}

class EchoTool final : public tool::Tool {
 public:
  EchoTool() {
    info_.spec = {"echo", "Answers with text.", {{"type", "object"}}};
    info_.effect = tool::Effect::pure;
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override {
    tool::Outcome outcome = tool::Done{text_, {}};
    co_return outcome;
  }

 private:
  tool::ToolInfo info_;
  std::string text_ = hardly_compressible(1024, 7);
};

class StepModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    std::size_t turn = (request.messages.size() - 1) / 2;
    llm::Response response;
    response.usage = {static_cast<std::int64_t>(300 * turn), 50, 0, 0, 0};
    response.target = target_;
    if (turn + 1 < kStepsPerRun) {
      response.message = llm::assistant_message("", {{"call_" + std::to_string(turn), "echo", arguments(turn)}});
      response.finish = llm::FinishReason::tool_calls;
    } else {
      response.message = llm::assistant_message("That is all.");
    }
    co_return response;
  }
  const std::string& target() const override { return target_; }

 private:
  std::string arguments(std::size_t turn) const {
    return R"({"step":)" + std::to_string(turn) + R"(,"text":")" + text_ + R"("})";
  }
  std::string target_ = "bench/steps";
  std::string text_ = hardly_compressible(180, 3);
};

// Answers never. As a model over HTTP, it keeps nothing of the request that was sent.
class WaitingModel final : public llm::Model {
 public:
  explicit WaitingModel(std::atomic<int>& waiting) : waiting_(waiting) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    OneShot<> never;
    request = {};
    ++waiting_;
    co_await never.wait();
    co_return llm::Response{};
  }
  const std::string& target() const override { return target_; }

 private:
  std::string target_ = "bench/waiting";
  std::atomic<int>& waiting_;
};

class OneModel final : public llm::ModelResolver {
 public:
  explicit OneModel(std::shared_ptr<llm::Model> model) : model_(std::move(model)) {}
  Result<llm::ResolvedModel> resolve(std::string_view) override {
    return llm::ResolvedModel{model_, model_->target(), 0};
  }

 private:
  std::shared_ptr<llm::Model> model_;
};

Agent bench_agent() {
  Agent agent;
  agent.name = "bench";
  agent.system_prompt = "Do the work.";
  agent.tools = {"echo"};
  agent.root = "/";
  agent.max_iterations = kStepsPerRun;
  agent.max_runtime = std::chrono::hours(1);
  return agent;
}

Invocation bench_invocation() {
  Invocation invocation;
  invocation.prompt = "Please do it.";
  return invocation;
}

double resident_kib() {
  long pages = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024.0;
}

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// One of `concurrency` tasks: run after run until time is up.
Task<void> run_until(Executor& executor, double end, std::atomic<int>& runs, std::atomic<int>& failures) {
  while (now_seconds() < end && failures == 0) {
    auto outcome = co_await executor.run(bench_agent(), bench_invocation());
    ++(outcome.ok() ? runs : failures);
  }
}

// The outcome stays in the task that made it: what a host takes out into its own frame is not the run's.
Task<void> to_the_end(Task<RunOutcome> run) { (void)co_await run; }

// What a measured executor stands on.
struct BenchSetup {
  explicit BenchSetup(journal::JournalStore& store, std::shared_ptr<llm::Model> model) : models(std::move(model)) {
    registry.add(std::make_shared<EchoTool>());
    ExecutorConfig config;
    config.registry = &registry;
    config.models = &models;
    config.ports.journal = &store;
    executor = std::make_unique<Executor>(std::move(config));
  }
  tool::Registry registry;
  OneModel models;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Loop> loop = make_loop();
};

}  // namespace

StepFigures measure_steps(journal::JournalStore& store, int concurrency, double seconds) {
  BenchSetup bench(store, std::make_shared<StepModel>());
  std::atomic<int> runs = 0, failures = 0;
  double start = now_seconds(), cpu = cpu_seconds();
  {
    RootGroup group(*bench.loop);
    for (int i = 0; i < concurrency; ++i) group.spawn(run_until(*bench.executor, start + seconds, runs, failures));
    group.join();
  }
  if (failures > 0)
    throw failed("bench.run", "a run of the benchmark did not end ok; check the store with `executus doctor`");
  double steps = static_cast<double>(runs) * kStepsPerRun;
  return {concurrency, runs, steps / (now_seconds() - start), (cpu_seconds() - cpu) / steps * 1000};
}

double measure_waiting_run_kib(journal::JournalStore& store, int runs) {
  std::atomic<int> waiting = 0;
  BenchSetup bench(store, std::make_shared<WaitingModel>(waiting));
  double before = resident_kib();
  RootGroup group(*bench.loop);
  for (int i = 1; i <= runs; ++i) {
    group.spawn(to_the_end(bench.executor->run(bench_agent(), bench_invocation())));
    while (i % kWave == 0 && waiting < i) usleep(1'000);
  }
  while (waiting < runs) usleep(1'000);
  double after = resident_kib();
  group.cancel_all({Cause::caller, "the benchmark is over"});
  group.join();
  return (after - before) / runs;
}

}  // namespace executus::cli
