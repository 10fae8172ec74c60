// What happens before each step of a run: the step cap is asked for anew, what was said to the run is taken in, from
// wherever it came, and the conversation is shortened when it is too long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> said_to(const llm::Transcript& messages) {
  std::vector<std::string> texts;
  for (const auto& message : messages)
    if (message.role == llm::Role::user) texts.push_back(message.text());
  return texts;
}

// Decides once, a second after the run has begun.
struct OnceCritic final : Critic {
  struct Handle final : CriticHandle {
    explicit Handle(OnceCritic& c) : critic(c) {}
    Milliseconds limit() const override { return std::chrono::hours(1); }
    Task<CriticDecision> watch() override {
      if (std::exchange(critic.decided, true)) {
        OneShot<> never;
        co_await never.wait();
      }
      co_await sleep_for(Milliseconds(1'000));
      co_return critic.decision;
    }
    void record_step(int, const llm::Response&) override {}
    void record_tool_start(const Activity&) override {}
    void record_progress() override {}
    void stop() override {}
    OnceCritic& critic;
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart) override { return std::make_unique<Handle>(*this); }
  CriticDecision decision;
  bool decided = false;
};

struct FoldingCompactor final : Compactor {
  Task<Compaction> compact(CompactionRequest request) override {
    asked.push_back(request.messages);
    Compaction answer;
    answer.upto = 3;
    answer.summary = "so far";
    co_return answer;
  }
  std::vector<llm::Transcript> asked;
};

// Its tool takes two seconds, in which the critic decides and the test says something.
struct BusyRun : Harness {
  explicit BusyRun(int steps) : Harness([](std::size_t) { return says("unused"); }) {
    slow = &add_tool("slow", tool::Effect::keyed);
    slow->change().timeout = Milliseconds(100'000);
    slow->around = [](OneShot<>) { return sleep_for(Milliseconds(2'000)); };
    agent.critic.enabled = true;
    reconfigure([this](ExecutorConfig& config) {
      config.models = &models;
      config.ports.critic = &critic;
      config.compactor = &compactor;
      config.context_tokens = [this](std::string_view) { return context; };
    });
    stepping->left = steps;
  }
  // Counts by itself: a shortened request does not show how many steps there were.
  struct Stepping final : llm::Model {
    Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
      requests.push_back(request);
      auto arguments = R"({"n":)" + std::to_string(left) + "}";
      co_return left-- > 0 ? calls({{"c", "slow", arguments}}) : says("done");
    }
    const std::string& target() const override { return name; }
    std::string name = "test/stepping";
    int left = 0;
    std::vector<llm::Request> requests;
  };

  EffectTool* slow;
  OnceCritic critic;
  FoldingCompactor compactor;
  std::shared_ptr<Stepping> stepping = std::make_shared<Stepping>();
  OneModelResolver models{stepping};
  int context = 0;
};

TEST(BeforeAStep, TheCapIsAskedForAndWhatWasSaidIsHeardAndShortened) {  // [AGT-08] [CMP-01]
  BusyRun run(2);
  run.agent.max_iterations = 1;
  run.critic.decision.raise_steps_by = 2;
  run.context = 100;
  int times = 0;
  run.slow->act = [&]() -> tool::Outcome {
    if (++times == 2) run.post(commands::steer("hurry"));
    return tool::Done{std::string(300, 'x'), {}};
  };

  auto outcome = run.run();

  EXPECT_TRUE(outcome.ok()) << outcome.error;
  ASSERT_EQ(run.stepping->requests.size(), 3u) << "the cap was raised while the first step ran";
  ASSERT_FALSE(run.compactor.asked.empty());
  EXPECT_EQ(said_to(run.compactor.asked.back()).back(), "hurry") << "it is shortened with what was said";
  const auto& last = run.stepping->requests.back().messages;
  EXPECT_THAT(last[0].text(), HasSubstr("so far"));
  EXPECT_EQ(last.back().text(), "hurry");
}

TEST(BeforeAStep, ThePersonTheSessionAndTheCriticAreAllHeardOnce) {  // [CR-10] [SES-01] [DUR-13]
  BusyRun run(2);
  run.critic.decision.nudge = "come to an end";
  std::shared_ptr<Session> live;
  bool said = false;
  run.slow->before_effect = [&] {
    if (std::exchange(said, true)) return;
    run.post(commands::steer("hurry"));
    live->attach("look here", {});
  };
  auto invocation = run.invocation("run");
  invocation.session = [&](std::shared_ptr<Session> session) {
    live = std::move(session);
    return SessionTools{};
  };

  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, std::move(invocation))).ok());

  ASSERT_EQ(run.stepping->requests.size(), 3u);
  auto all = ElementsAre("please", "look here", "hurry", "come to an end");
  EXPECT_THAT(said_to(run.stepping->requests[1].messages), all) << "before the next step";
  EXPECT_THAT(said_to(run.stepping->requests[2].messages), all) << "and not again";
}

}  // namespace
}  // namespace executus::run
