// What a step costs does not grow with the run, and a run that waits holds little. Counted in allocations, of which
// this program keeps count: work that walks a whole conversation shows in copies of it.
#include <algorithm>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>
#include <malloc.h>

#include "run/harness_test.hpp"

namespace {
// The runs of this program have one thread.
std::size_t allocations = 0, allocated_bytes = 0;
std::size_t held_bytes = 0;  // as the allocator rounds them
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  allocated_bytes += size;
  void* memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  held_bytes += malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  held_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace executus::run {
namespace {

struct Work {
  std::size_t allocations = 0;
  std::size_t bytes = 0;
};

// Calls a tool with other arguments, step after step, and notes what was allocated since the step before.
class SteppingModel final : public llm::Model {
 public:
  explicit SteppingModel(std::size_t steps) : steps_(steps) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    steps.push_back({allocations - before_.allocations, allocated_bytes - before_.bytes});
    auto turn = (request.messages.size() - 1) / 2;
    llm::Response response = says("done");
    if (turn < steps_)
      response = calls({{"call_" + std::to_string(turn), "look", R"({"n":)" + std::to_string(turn) + "}"}});
    response.usage = {10, 5, 0, 0, 0};
    before_ = {allocations, allocated_bytes};
    co_return response;
  }
  const std::string& target() const override { return target_; }
  std::vector<Work> steps;

 private:
  const std::size_t steps_;
  Work before_;
  std::string target_ = "test/stepping";
};

struct NoCompactor final : Compactor {
  Task<Compaction> compact(CompactionRequest) override { co_return Compaction{}; }
};

// The cheapest of the steps from `first` on: some grow a container.
Work cheapest(const std::vector<Work>& steps, std::size_t first) {
  Work least{~std::size_t{0}, ~std::size_t{0}};
  for (std::size_t i = first; i < first + 50; ++i) {
    least.allocations = std::min(least.allocations, steps.at(i).allocations);
    least.bytes = std::min(least.bytes, steps.at(i).bytes);
  }
  return least;
}

TEST(StepCost, DoesNotGrowWithTheRun) {  // [AGT-01]
  constexpr std::size_t kSteps = 600;
  Harness run([](std::size_t) { return says("unused"); });
  run.add_tool("look", tool::Effect::pure).act = [] { return tool::Done{std::string(1'024, 'x'), {}}; };
  auto model = std::make_shared<SteppingModel>(kSteps);
  OneModelResolver models(model);
  NoCompactor compactor;
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &models;
    config.compactor = &compactor;
    config.context_tokens = [](std::string_view) { return 1'000'000'000; };
  });
  run.agent.max_iterations = kSteps + 1;
  run.agent.max_runtime = std::chrono::hours(1);

  ASSERT_TRUE(run.run().ok());

  auto early = cheapest(model->steps, 10), late = cheapest(model->steps, kSteps - 50);
  EXPECT_LE(late.allocations, early.allocations + 2);
  EXPECT_LE(late.bytes, early.bytes + 2'048) << "a pointer for every 16 of 1,200 messages, twice";
}

// Answers never, and keeps nothing of what it is asked.
class WaitingModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    OneShot<> never;
    request = {};
    ++waiting;
    co_await never.wait();
    co_return llm::Response{};
  }
  const std::string& target() const override { return target_; }
  std::size_t waiting = 0;

 private:
  std::string target_ = "test/waiting";
};

Task<void> to_the_end(Task<RunOutcome> run) { (void)co_await run; }

// Without a store, whose own memory would be counted. The frames of coroutines are larger where nothing is optimised.
#ifdef NDEBUG
constexpr std::size_t kMostHeld = 7'400;  // it is 7,324
#else
constexpr std::size_t kMostHeld = 7'700;  // it is 7,472
#endif

TEST(WaitingRun, HoldsLittle) {
  constexpr std::size_t kRuns = 100;
  testing::ManualLoop loop;
  tool::Registry registry;
  auto model = std::make_shared<WaitingModel>();
  OneModelResolver models(model);
  ExecutorConfig config;
  config.registry = &registry;
  config.models = &models;
  Executor executor(config);
  Agent agent;
  agent.root = "/";  // a working directory with a long name would count
  Invocation invocation;
  invocation.prompt = "please";
  RootGroup group(loop);

  auto before = held_bytes;
  for (std::size_t i = 0; i < kRuns; ++i) group.spawn(to_the_end(executor.run(agent, invocation)));
  loop.run_ready();
  auto held = (held_bytes - before) / kRuns;

  EXPECT_EQ(model->waiting, kRuns);
  EXPECT_LE(held, kMostHeld);
  group.cancel_all({Cause::caller, "the test is over"});
  loop.run_ready();
}

}  // namespace
}  // namespace executus::run
