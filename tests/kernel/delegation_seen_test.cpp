// What observers and audits see of the runs below a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

// Seen from outside: a child's activities reach the observer of its parent.
class ChildWatcher final : public RunObserver {
 public:
  void on_child_activity(const RunId& run, const RunId&, const Activity& activity) override {
    seen.push_back(run.str() + " " + activity.tool);
  }
  std::vector<std::string> seen;
};

TEST(Delegation, AChildsProgressReachesTheObserversOfItsParent) {  // [RUN-38]
  Family run;
  auto watcher = std::make_shared<ChildWatcher>();
  auto invocation = run.invocation("run");
  invocation.observer = watcher;
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_THAT(watcher->seen, Contains("run look"));
}

TEST(Delegation, ProgressOfTheWholeTreeReachesWhoeverWatchesItsRoot) {  // [RUN-38]
  Chain run;
  run.sub_agents.agents["d"].agent.tools = {"look"};
  auto watcher = std::make_shared<ChildWatcher>();
  auto invocation = run.invocation("run");
  invocation.observer = watcher;
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_THAT(watcher->seen, Contains("run look")) << "four runs above";
  EXPECT_THAT(watcher->seen, Contains("run agent__d"));
}

// An audit sees no difference between tools of the registry and delegates.
TEST(Delegation, IsAuditedLikeEveryCall) {  // [PAL-08]
  struct ToolAudit final : Audit {
    struct Record final : AuditRecord {
      Record(ToolAudit& a, std::string r) : audit(a), run(std::move(r)) {}
      void on_tool(const Activity& activity) override {
        audit.seen.push_back(run + ": " + activity.tool + " " + std::string(to_string(activity.state)));
      }
      Task<void> close(RunStats) override { co_return; }
      ToolAudit& audit;
      std::string run;
    };
    std::unique_ptr<AuditRecord> start_run(const RunInfo& info) override {
      return std::make_unique<Record>(*this, info.name);
    }
    std::vector<std::string> seen;
  } audit;
  Family run;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.sub_agents = &run.sub_agents;
    config.ports.audit = &audit;
  });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(audit.seen, ElementsAre("boss: agent__researcher running", "researcher: look running",
                                      "researcher: look complete", "boss: agent__researcher complete"));
}

}  // namespace
}  // namespace executus::run
