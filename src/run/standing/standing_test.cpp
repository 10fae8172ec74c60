#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/standing.hpp>

#include "run/harness_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;

// Runs in one journal, some of which another worker drives.
class Standing : public ::testing::Test {
 protected:
  void admit(const std::string& run, journal::JournalStore& worker) {
    journal::Admission admission;
    admission.id = *RunId::parse(run);
    admission.entry.payload = journal::Admitted{};
    (void)loop_.run(worker.admit(std::move(admission)));
  }
  std::vector<journal::RunRow> rows() { return loop_.run(store_.list({})); }
  std::vector<std::string> standings() {
    auto all = rows();
    store_.calls = 0;
    auto left = loop_.run(left_for_recovery(store_, all));
    std::vector<std::string> texts;
    for (const auto& row : all) texts.push_back(row.id.str() + ": " + standing_of(row, left));
    return texts;
  }

  executus::testing::ManualLoop loop_;
  journal::MemoryJournal journal_{loop_.clock()};
  run::MortalStore store_{journal_.open_worker()};
  std::unique_ptr<journal::JournalStore> dying_ = journal_.open_worker(), living_ = journal_.open_worker();
};

TEST_F(Standing, TellsARunThatLostItsProcessFromOneThatIsDriven) {
  admit("left", *dying_);
  admit("driven", *living_);
  journal_.declare_dead(*dying_);

  EXPECT_THAT(standings(), ElementsAre("driven: running", "left: running (left for recovery)"));
  EXPECT_TRUE(loop_.run(is_driven(store_, rows().front())));
  EXPECT_FALSE(loop_.run(is_driven(store_, rows().back())));
}

TEST_F(Standing, SaysWhyARunWaits) {
  journal::RunRow row;
  row.status = RunStatus::waiting;
  row.reason = "approval";

  EXPECT_EQ(standing_of(row, {}), "waiting (approval)");
}

TEST_F(Standing, OfManyRunsIsAskedOfTheStoreOnce) {
  for (int i = 0; i < 500; ++i) admit("r" + std::to_string(i), *dying_);
  journal_.declare_dead(*dying_);

  EXPECT_THAT(standings(), ::testing::Each(::testing::HasSubstr("left for recovery")));
  EXPECT_EQ(store_.calls, 1);
}

TEST_F(Standing, OfRunsThatDoNotRunIsNotAsked) {
  journal::RunRow row;
  row.status = RunStatus::waiting;
  std::vector<journal::RunRow> waiting{row};

  EXPECT_TRUE(loop_.run(left_for_recovery(store_, waiting)).empty());
  EXPECT_EQ(store_.calls, 0);
}

}  // namespace
}  // namespace executus
