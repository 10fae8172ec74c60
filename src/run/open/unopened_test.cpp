// What is recorded of submissions that open nothing, and of two that come at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Which runs were recorded, and as what.
struct KeptAudit final : Audit {
  struct Record final : AuditRecord {
    Record(KeptAudit& a, std::string r) : audit(a), run(std::move(r)) {}
    Task<void> close(RunStats stats) override {
      audit.closed.push_back(run + " " + std::string(to_string(stats.status)));
      co_return;
    }
    KeptAudit& audit;
    std::string run;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo& info) override {
    return std::make_unique<Record>(*this, info.run.str());
  }
  std::vector<std::string> closed;
};

struct AuditedHost : Harness {
  AuditedHost() : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); }) {
    act = &add_tool("act", tool::Effect::keyed);
    reconfigure([this](ExecutorConfig& config) { config.ports.audit = &audit; });
  }
  KeptAudit audit;
  EffectTool* act;
};

TEST(Unopened, ARunThatNeverWasIsRecordedAsRefused) {  // [RUN-32]
  AuditedHost run;
  run.act->lacks = {"set ACT_TOKEN"};
  EXPECT_EQ(run.run().error_code, "tool.missing");
  EXPECT_THAT(run.audit.closed, ElementsAre("run error"));
}

TEST(Unopened, OfARunThatExistsNothingIsRecorded) {  // [RUN-32] [DUR-28]
  AuditedHost run;
  ASSERT_TRUE(run.run("ended").ok());
  run.store->writes_left = 1;
  (void)run.run("under-way");
  run.new_process();
  run.audit.closed.clear();
  run.act->lacks = {"set ACT_TOKEN"};
  EXPECT_EQ(run.run("ended").error_code, "tool.missing");
  EXPECT_EQ(run.run("under-way").error_code, "tool.missing");
  run.agent.tools.push_back("nowhere");
  EXPECT_EQ(run.run("ended").error_code, "tool.unknown");
  EXPECT_THAT(run.audit.closed, IsEmpty());
}

TEST(Unopened, OfARunThatMayExistNothingIsRecorded) {
  AuditedHost run;
  run.act->lacks = {"set ACT_TOKEN"};
  run.store->calls_until_away = 0;
  EXPECT_EQ(run.run().error_code, "tool.missing");
  EXPECT_THAT(run.audit.closed, IsEmpty());
}

// The journal has nothing to do with it.
TEST(Unopened, ARunInMemoryIsRecordedWhateverTheJournalHas) {
  AuditedHost run;
  ASSERT_TRUE(run.run().ok());
  run.audit.closed.clear();
  run.agent.durability = Durability::memory;
  run.act->lacks = {"set ACT_TOKEN"};
  EXPECT_EQ(run.run().error_code, "tool.missing");
  EXPECT_THAT(run.audit.closed, ElementsAre("run error"));
}

}  // namespace
}  // namespace executus::run
