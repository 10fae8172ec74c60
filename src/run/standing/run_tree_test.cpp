#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/journal/memory_store.hpp>
#include <executus/run/run_tree.hpp>
#include <executus/testing/manual_loop.hpp>

#include "run/harness_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;

class RunsBelow : public ::testing::Test {
 protected:
  void admit(const std::string& run, const std::string& parent = "") {
    journal::Admission admission;
    admission.id = *RunId::parse(run);
    admission.parent = parent;
    admission.entry.payload = journal::Admitted{};
    (void)loop_.run(store_.admit(std::move(admission)));
  }
  void end(const std::string& run, RunStatus status) {
    journal::Append append;
    append.run = *RunId::parse(run);
    append.epoch = append.after = 1;
    append.entries.push_back({2, loop_.clock().wall(), Milliseconds(0), journal::Ended{status, "", "", ""}});
    (void)loop_.run(store_.append(std::move(append)));
  }
  Family family(const std::string& run, std::size_t most = kMostBelow) {
    auto row = *loop_.run(store_.find(*RunId::parse(run)));
    store_.calls = 0;
    return loop_.run(family_of(store_, std::move(row), most));
  }
  static std::vector<std::string> ids(const std::vector<journal::RunRow>& rows) {
    std::vector<std::string> ids;
    for (const auto& row : rows) ids.push_back(row.id.str());
    return ids;
  }

  executus::testing::ManualLoop loop_;
  run::MortalStore store_{journal::make_memory_store(loop_.clock())};
};

TEST_F(RunsBelow, AreReadInOneCallHoweverManyAndHoweverDeep) {
  admit("top");
  admit("a", "top");
  admit("b", "top");
  admit("under-a", "a");
  admit("other");

  auto found = family("top");

  EXPECT_THAT(ids(rows_of(found.root)), ElementsAre("top", "a", "under-a", "b"));
  EXPECT_EQ(store_.calls, 1);
  EXPECT_FALSE(found.cut);
}

TEST_F(RunsBelow, ThatAreMoreThanAreReadAreTold) {
  admit("top");
  for (const char* child : {"a", "b", "c"}) admit(child, "top");

  EXPECT_FALSE(family("top", 3).cut);
  auto part = family("top", 2);

  EXPECT_TRUE(part.cut);
  EXPECT_THAT(ids(rows_of(part.root)), ElementsAre("top", "a", "b"));
}

TEST_F(RunsBelow, EndWithTheirParentUnlessItEndedWell) {  // [DUR-29]
  admit("top");
  admit("failed", "top");
  admit("well", "top");
  admit("under-failed", "failed");
  admit("under-well", "well");
  end("failed", RunStatus::error);
  end("well", RunStatus::ok);

  EXPECT_THAT(ids(runs_that_end_with(family("top").root)), ElementsAre("under-failed"));
}

}  // namespace
}  // namespace executus
