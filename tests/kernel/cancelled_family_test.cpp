// A run that is cancelled takes the runs below it along, whichever of them a recovery takes up first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "top" with "middle" below it and "leaf" below that; all of them queued, and never begun.
class CancelledFamily : public ::testing::Test {
 protected:
  CancelledFamily() : store_(journal_.open_worker()) {
    agent_.name = "test";
    agent_.root = "/";
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    executor_ = std::make_unique<Executor>(std::move(config));
    submit("top", "");
    submit("middle", "top");
    submit("leaf", "middle");
  }

  static RunId id(const std::string& run) { return *RunId::parse(run); }
  void submit(const std::string& run, const std::string& parent) {
    Invocation invocation;
    invocation.run_id = id(run);
    if (!parent.empty()) invocation.parent = id(parent);
    invocation.prompt = "please";
    invocation.start = Invocation::Start::queued;
    (void)block_on(*loop_, executor_->run(agent_, std::move(invocation)));
  }
  void cancel(const std::string& run) { (void)block_on(*loop_, store_->post(id(run), run::commands::cancel())); }
  journal::RunRow row(const std::string& run) { return *block_on(*loop_, store_->find(id(run))); }
  journal::RunRow claim(const std::string& run) { return *block_on(*loop_, store_->claim(id(run), row(run).epoch)); }

  // As a process of an older version ends it: that told the children, and no run further below.
  void end(const std::string& run, RunStatus status) {
    auto claimed = claim(run);
    journal::Append end;
    end.run = claimed.id;
    end.epoch = claimed.epoch;
    end.after = claimed.last_seq;
    end.entries.push_back({claimed.last_seq + 1, {}, {}, journal::Ended{status, "", "", "run.cancelled"}});
    (void)block_on(*loop_, store_->append(std::move(end)));
    if (status != RunStatus::ok) cancel_children(run);
  }
  void cancel_children(const std::string& parent) {
    journal::RunFilter children;
    children.parent = parent;
    for (const auto& child : block_on(*loop_, store_->list(children))) cancel(child.id.str());
  }
  void quarantine(const std::string& run) {
    auto claimed = claim(run);
    block_on(*loop_, store_->quarantine(claimed.id, claimed.epoch, "as the test says"));
  }

  void recover(const std::string& named) {
    RecoverOptions options;
    options.ids = {id(named)};
    RootGroup group(*loop_);
    (void)executus::recover(group, *executor_, *store_, options);
  }
  // Of "top", "middle" and "leaf".
  std::vector<RunStatus> statuses() { return {row("top").status, row("middle").status, row("leaf").status}; }

  std::unique_ptr<Loop> loop_ = make_loop(2);
  journal::MemoryJournal journal_{system_clock()};
  std::unique_ptr<journal::JournalStore> store_;
  std::shared_ptr<run::CountingModel> model_ =
      std::make_shared<run::CountingModel>([](std::size_t) { return run::says("done"); });
  run::OneModelResolver models_{model_};
  tool::Registry registry_;
  Agent agent_;
  std::unique_ptr<Executor> executor_;
};

TEST_F(CancelledFamily, EndsWithTheRunThatIsNamed) {  // [DUR-29] [DUR-38]
  cancel("top");

  recover("top");

  EXPECT_THAT(statuses(), Each(RunStatus::cancelled));
  EXPECT_THAT(model_->requests, IsEmpty());
}

TEST_F(CancelledFamily, TellsWhatWasSaidToEachOfItInVain) {  // [DUR-29] [DUR-38]
  for (const char* run : {"top", "middle", "leaf"})
    (void)block_on(*loop_, store_->post(id(run), run::commands::steer(std::string("to ") + run)));
  cancel("top");

  recover("top");

  for (const char* run : {"top", "middle", "leaf"}) {
    auto entries = block_on(*loop_, store_->read(id(run), 0, 100));
    EXPECT_THAT(journal::fold(entries).unheard, ElementsAre(std::string("to ") + run));
  }
}

TEST_F(CancelledFamily, EndsWhenTheRunThatIsNamedHasEndedBefore) {  // [DUR-29] [DUR-38]
  end("top", RunStatus::cancelled);

  recover("top");

  EXPECT_THAT(statuses(), Each(RunStatus::cancelled));
  EXPECT_THAT(model_->requests, IsEmpty());
}

TEST_F(CancelledFamily, TakesNoStepWhicheverRunOfItIsTakenUp) {  // [DUR-29] [DUR-38]
  cancel("top");

  recover("leaf");

  EXPECT_EQ(row("leaf").status, RunStatus::cancelled);
  EXPECT_THAT(model_->requests, IsEmpty());
}

TEST_F(CancelledFamily, IsLeftToItselfByARunThatEndedWell) {  // [DUR-29]
  end("top", RunStatus::ok);

  recover("leaf");

  EXPECT_EQ(row("leaf").status, RunStatus::ok);
}

TEST_F(CancelledFamily, IsLeftToItselfBelowARunThatEndedWell) {  // [DUR-29] [DUR-38]
  end("middle", RunStatus::ok);
  cancel("top");

  recover("top");

  EXPECT_THAT(statuses(), ElementsAre(RunStatus::cancelled, RunStatus::ok, RunStatus::ok));
}

TEST_F(CancelledFamily, HasNoRunThatWasPutBelowItAfterItsEnd) {  // [DUR-29] [DUR-38]
  end("top", RunStatus::error);
  submit("late", "top");

  recover("late");

  EXPECT_EQ(row("late").status, RunStatus::ok);
}

TEST_F(CancelledFamily, IsNotToldToEndWhereALivingWorkerDrivesIt) {  // [DUR-17] [DUR-38]
  auto other = journal_.open_worker();
  ASSERT_TRUE(block_on(*loop_, other->claim(id("leaf"), row("leaf").epoch)));
  cancel("top");

  recover("leaf");

  EXPECT_THAT(block_on(*loop_, store_->inbox(id("leaf"))), IsEmpty());
  EXPECT_EQ(row("leaf").status, RunStatus::running);
}

TEST_F(CancelledFamily, EndsThoughARunOfItIsQuarantined) {  // [DUR-16] [DUR-38]
  quarantine("middle");
  cancel("top");

  recover("top");

  EXPECT_THAT(statuses(), Each(RunStatus::cancelled));
}

TEST_F(CancelledFamily, EndsAQuarantinedRunThatIsNamed) {  // [DUR-16] [DUR-38]
  quarantine("middle");
  cancel("middle");

  recover("middle");

  EXPECT_EQ(row("middle").status, RunStatus::cancelled);
  EXPECT_EQ(row("leaf").status, RunStatus::cancelled);
}

TEST_F(CancelledFamily, EndsAQuarantinedRunThatIsNamedForTheRunAbove) {  // [DUR-16] [DUR-38]
  quarantine("leaf");
  cancel("top");

  recover("leaf");

  EXPECT_EQ(row("leaf").status, RunStatus::cancelled);
}

TEST_F(CancelledFamily, EndsFromAQuarantinedRunDownThatIsNamed) {  // [DUR-16] [DUR-38]
  quarantine("middle");
  quarantine("leaf");
  cancel("top");

  recover("middle");

  EXPECT_EQ(row("middle").status, RunStatus::cancelled);
  EXPECT_EQ(row("leaf").status, RunStatus::cancelled);
}

TEST_F(CancelledFamily, EndsBelowAQuarantinedRun) {  // [DUR-16] [DUR-38]
  quarantine("middle");
  cancel("top");

  recover("leaf");

  EXPECT_EQ(row("leaf").status, RunStatus::cancelled);
}

TEST_F(CancelledFamily, EndsBelowAnEndedRunThatIsNamedForTheRunAbove) {  // [DUR-16] [DUR-38]
  end("middle", RunStatus::error);
  submit("late", "middle");
  quarantine("late");
  cancel("top");

  recover("middle");

  EXPECT_EQ(row("late").status, RunStatus::cancelled);
}

TEST_F(CancelledFamily, IsNotQuarantinedInstead) {  // [DUR-16] [DUR-38]
  for (int attempt = 0; attempt < 3; ++attempt) {   // a process that dies before it gets anywhere
    auto doomed = journal_.open_worker();
    ASSERT_TRUE(block_on(*loop_, doomed->claim(id("leaf"), row("leaf").epoch)));
    journal_.declare_dead(*doomed);
  }
  cancel("leaf");

  recover("leaf");

  EXPECT_EQ(row("leaf").status, RunStatus::cancelled);
}

}  // namespace
}  // namespace executus
