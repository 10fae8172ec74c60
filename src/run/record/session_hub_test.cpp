// Tools of a session work on threads of their own: they attach and ask while the run takes and tells.
#include "run/record/session_hub.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

TEST(SessionHub, LosesNothingThatThreadsAttachWhileTheRunTakes) {  // [SES-01] [RUN-35]
  constexpr int kThreads = 4, kEach = 20'000;
  SessionHub hub{RunInfo{}};
  std::atomic<int> working = kThreads;
  std::atomic<int> torn = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        hub.attach(std::to_string(t) + "." + std::to_string(i), {});
        auto tally = hub.tally();
        torn += tally.iteration != tally.tool_calls || tally.usage.input != tally.iteration;
      }
      --working;
    });
  std::vector<int> next(kThreads, 0);
  std::size_t taken = 0;
  int round = 0, out_of_order = 0;
  for (bool last = false; !last;) {
    last = working == 0;
    for (const auto& message : hub.take_attached()) {
      auto text = message.text();
      auto thread = static_cast<std::size_t>(text[0] - '0');
      out_of_order += std::stoi(text.substr(2)) != next[thread]++;
      ++taken;
    }
    ++round;
    hub.update({round, {round, 0, 0, 0, 0}, round});
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, static_cast<std::size_t>(kThreads) * kEach);
  EXPECT_EQ(out_of_order, 0) << "what one thread says comes in its order";
  EXPECT_EQ(torn, 0) << "the figures belong together";
}

TEST(SessionHub, DropsWhatComesAfterTheEndFromAnyThread) {  // [SES-01]
  SessionHub hub{RunInfo{}};
  std::thread late([&] {
    for (int i = 0; i < 10'000; ++i) hub.attach("x", {});
  });
  hub.close();
  late.join();
  hub.attach("y", {});
  EXPECT_TRUE(hub.take_attached().empty());
}

// The same through a run on a loop with threads: other threads attach while its steps go on, and every message is in
// the conversation, once.
TEST(Sessions, ThreadsAttachToALiveRun) {  // [SES-01] [RUN-35] [DUR-37]
  constexpr int kThreads = 3, kEach = 50, kSteps = 20;
  std::shared_ptr<Session> live;
  std::vector<std::thread> threads;
  auto speak = [&](int t) {
    for (int i = 0; i < kEach; ++i) {
      live->attach(std::to_string(t) + "." + std::to_string(i), {});
      (void)live->tally();
    }
  };
  auto model = std::make_shared<CountingModel>([&](std::size_t turn) {
    if (turn == 0)
      for (int t = 0; t < kThreads; ++t) threads.emplace_back(speak, t);
    if (turn == kSteps)
      for (auto& thread : threads) thread.join();
    return turn < kSteps ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
  });
  World world;
  tool::Registry registry;
  registry.add(std::make_shared<EffectTool>("look", tool::Effect::pure, world));
  OneModelResolver models(model);
  ExecutorConfig config;
  config.registry = &registry;
  config.models = &models;
  Executor executor(config);
  Agent agent;
  agent.tools = {"look"};
  agent.max_iterations = 1'000;
  Invocation invocation;
  invocation.prompt = "please";
  invocation.session = [&](std::shared_ptr<Session> session) {
    live = std::move(session);
    return SessionTools{};
  };
  auto loop = make_loop(2);
  auto outcome = block_on(*loop, executor.run(agent, std::move(invocation)));
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  std::map<std::string, int> said;
  for (const auto& message : outcome.messages)
    if (message.role == llm::Role::user) ++said[message.text()];
  EXPECT_EQ(said.size(), 1u + kThreads * kEach);
  for (const auto& [text, times] : said) EXPECT_EQ(times, 1) << text;
}

}  // namespace
}  // namespace executus::run
