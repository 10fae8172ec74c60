// A run that a critic watches, and a critic that decides what a test tells it.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"

namespace executus::run {

inline constexpr Milliseconds kMinute{60'000};

// A critic that decides what it is told, when it is told to.
struct TestCritic final : Critic {
  struct Handle final : CriticHandle {
    explicit Handle(TestCritic& owner) : critic(owner) {}
    Milliseconds limit() const override {
      if (critic.throws) throw std::runtime_error("the critic is broken");
      return critic.backstop;
    }
    Task<CriticDecision> watch() override {
      if (critic.throws) throw std::runtime_error("the critic is broken");
      if (critic.decisions.empty()) {
        OneShot<> never;
        co_await never.wait();
      }
      auto [when, decision] = critic.decisions.front();
      critic.decisions.erase(critic.decisions.begin());
      co_await sleep_for(when);
      co_return decision;
    }
    void record_step(int iteration, const llm::Response&) override { critic.say("step " + std::to_string(iteration)); }
    void record_tool_start(const Activity& activity) override { critic.say("tool " + activity.tool); }
    void record_progress() override { critic.say("progress"); }
    void stop() override { critic.say("stop"); }
    TestCritic& critic;
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart start) override {
    starts.push_back(start);
    if (absent) return nullptr;
    return std::make_unique<Handle>(*this);
  }
  void say(std::string line) { log.push_back(std::move(line)); }

  Milliseconds backstop = 15 * kMinute;
  std::vector<std::pair<Milliseconds, CriticDecision>> decisions;  // each so long after the one before
  bool absent = false, throws = false;
  std::vector<CriticStart> starts;
  std::vector<std::string> log;
};

// A supervised run whose tool takes its time.
struct Supervised : Harness {
  explicit Supervised(Milliseconds tool_time, int calls_before_answer = 1)
      : Harness([calls_before_answer](std::size_t turn) {
          std::string arguments = R"({"n":)" + std::to_string(turn) + "}";
          return static_cast<int>(turn) < calls_before_answer ? calls({{"c", "slow", arguments}}) : says("done");
        }) {
    slow = &add_tool("slow", tool::Effect::pure);
    slow->change().timeout = Milliseconds(100'000'000);
    slow->around = [tool_time](OneShot<>) { return sleep_for(tool_time); };
    agent.max_runtime = 5 * kMinute;
    agent.critic.enabled = true;
    reconfigure([this](ExecutorConfig& config) { config.ports.critic = &critic; });
  }
  void decide(Milliseconds after, CriticDecision decision) { critic.decisions.push_back({after, std::move(decision)}); }
  EffectTool* slow;
  TestCritic critic;
};

}  // namespace executus::run
