// Phases of a run that a critic watches.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/supervised_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(SupervisedPhases, HaveStepCapsOfTheirOwnWhateverTheCriticRaises) {  // [PH-16]
  Supervised run(kMinute, 100);
  run.agent.max_iterations = 3;
  run.agent.phases = {{"capped", "one"}, {"bare", "two"}};
  run.agent.phases[0].max_iterations = 2;
  CriticDecision raise;
  raise.raise_steps_by = 10;
  run.decide(Milliseconds(1'000), raise);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  ASSERT_THAT(run.kinds(), Contains("criticised"));
  std::map<std::string, int> steps;
  for (const auto& request : run.model->requests) ++steps[request.system];
  EXPECT_EQ(steps["one"], 2) << "its own";
  EXPECT_EQ(steps["two"], 3) << "the agent's, as it has none";
}

TEST(SupervisedPhases, HearTheCriticInThePhaseThatRuns) {  // [PH-17] [CR-10]
  Supervised run(kMinute);
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  CriticDecision nudge;
  nudge.nudge = "come to an end";
  run.decide(kMinute + Milliseconds(1'000), nudge);  // in the second one
  EXPECT_TRUE(run.run().ok());
  int heard = 0;
  for (const auto& request : run.model->requests) {
    bool nudged = request.messages.back().text() == "come to an end";
    EXPECT_TRUE(!nudged || request.system == "two");
    heard += nudged;
  }
  EXPECT_EQ(heard, 1);
}

TEST(SupervisedPhases, ShareOneDeadlineWithAndWithoutACritic) {  // [PH-17] [CR-03] [CR-05]
  for (bool with_critic : {true, false}) {
    Supervised run(3 * kMinute);
    run.agent.critic.enabled = with_critic;
    run.critic.backstop = 5 * kMinute;
    run.agent.phases = {{"one", "one"}, {"two", "two"}};
    auto began = run.loop.clock().mono();
    auto outcome = run.run();
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    ASSERT_EQ(outcome.phases.size(), 1u) << "no phase alone takes too long";
    EXPECT_EQ(outcome.phases[0].name, "one");
    EXPECT_EQ(run.loop.clock().mono() - began, 5 * kMinute);
  }
}

// Counts the steps an audit is told of.
struct StepAudit final : Audit {
  struct Record final : AuditRecord {
    explicit Record(StepAudit& a) : audit(a) {}
    void on_step(int iteration, const llm::Response& response) override {
      audit.steps.push_back(std::to_string(iteration) + " " + response.message.text());
    }
    Task<void> close(RunStats) override { co_return; }
    StepAudit& audit;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override { return std::make_unique<Record>(*this); }
  std::vector<std::string> steps;
};

TEST(SupervisedPhases, ABareCallIsAStepLikeAnyOther) {  // [PH-12] [CR-09]
  StepAudit audit;
  Supervised run(kMinute, 0);
  run.agent.phases = {{"one", "one"}, {"bare", "two"}, {"three", "three"}};
  run.agent.phases[1].kind = Phase::Kind::prompt;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.critic = &run.critic;
    config.ports.audit = &audit;
  });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.iterations, 3);
  EXPECT_EQ(run.critic.log.size(), 4u);
  EXPECT_THAT(run.critic.log, ElementsAre(StartsWith("step"), StartsWith("step"), StartsWith("step"), "stop"));
  EXPECT_THAT(audit.steps, ElementsAre(EndsWith("done"), EndsWith("done"), EndsWith("done")));
}

}  // namespace
}  // namespace executus::run
