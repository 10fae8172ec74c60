// Readers on threads of their own, of runs on several strands of a loop with threads.
#include <thread>

#include "runtime/events/followed_test.hpp"

namespace executus {
namespace {

constexpr int kRuns = 8, kReadersEach = 3;

struct ManyRuns {
  ManyRuns() {
    talking->answer = [](std::size_t turn) {
      return turn < 10 ? talks("a b c d e f", {{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}})
                       : talks("Done.");
    };
    registry.add(std::make_shared<run::EffectTool>("look", tool::Effect::pure, world));
    ExecutorConfig config;
    config.registry = &registry;
    config.models = &models;
    config.ports.journal = store.get();
    config.ports.observer = hub.get();
    executor = std::make_unique<Executor>(std::move(config));
    agent.name = "test";
    agent.root = "/";
    agent.tools = {"look"};
  }
  static RunId id(int number) { return *RunId::parse("run" + std::to_string(number)); }
  // Another process had submitted it.
  static Task<void> resume(ManyRuns* self, int number) {
    auto row = co_await self->store->claim(id(number), 0);
    if (row) (void)co_await self->executor->resume(std::move(*row));
  }

  // Of all that is shown, when it is followed before the run goes on.
  EventStream follow(int number) {
    EventSource source{group, *store, hub};
    EventOptions options;
    options.until = EventOptions::Until::at_end;
    options.buffer = 10'000;
    return open_events(std::move(source), id(number), options);
  }

  // What the entries were, and how much text there was before each response.
  static void read(EventStream events) {
    std::uint64_t last = 0;
    std::uint32_t responded = 0;
    int texts = 0;
    for (const auto& event : events) {
      if (const auto* text = event.as<TextDelta>()) {
        EXPECT_EQ(text->ordinal, responded);
        ++texts;
      }
      if (event.as<journal::Responded>()) ++responded;
      if (event.committed()) EXPECT_EQ(event.seq, ++last);
    }
    EXPECT_EQ(responded, 11u);
    EXPECT_EQ(texts, 10 * 6 + 1);
  }

  std::unique_ptr<Loop> loop = make_loop(3);
  journal::MemoryJournal journal{loop->clock()};
  std::unique_ptr<journal::JournalStore> store = journal.open_worker();
  run::World world;
  tool::Registry registry;
  std::shared_ptr<TalkingModel> talking = std::make_shared<TalkingModel>();
  run::OneModelResolver models{talking};
  std::shared_ptr<EventHub> hub = std::make_shared<EventHub>(std::vector<RunObserver*>());
  std::unique_ptr<Executor> executor;
  Agent agent;
  RootGroup group{*loop};
};

TEST(EventThreads, ReadWhatOtherThreadsTell) {  // [API-04]
  ManyRuns runs;
  for (int number = 0; number < kRuns; ++number) {
    Invocation invocation;
    invocation.run_id = ManyRuns::id(number);
    invocation.start = Invocation::Start::queued;
    (void)block_on(*runs.loop, runs.executor->run(runs.agent, std::move(invocation)));
  }
  std::vector<std::thread> readers;
  for (int number = 0; number < kRuns * kReadersEach; ++number)
    readers.emplace_back(ManyRuns::read, runs.follow(number % kRuns));
  for (int number = 0; number < kRuns; ++number) runs.group.spawn(ManyRuns::resume(&runs, number));
  for (auto& reader : readers) reader.join();
  runs.group.join();
  EXPECT_EQ(runs.hub->readers(), 0u);
}

}  // namespace
}  // namespace executus
