// What is delivered of a run that ended, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Delivery, FollowsTheEndOnceAndOnlyWithATarget) {  // [IO-09] [IO-10]
  Ported run;
  EXPECT_TRUE(run.run("silent").ok());
  EXPECT_THAT(run.delivery.log, IsEmpty());
  EXPECT_TRUE(run.run_with(run.delivered()).ok());
  EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 done"));
}

TEST(Delivery, BringsWhatCallsHandedInAndTellsWhatWasPosted) {  // [IO-11] [IO-13] [DUR-13]
  for (int writes : {-1, 2}) {                                  // undisturbed, and with a crash after the call
    Ported run;
    run.look->act = [] {
      tool::Done done{"drawn", {}};
      done.artifacts = {{"a.png", "image/png", "pixels"}, {"b.txt", "text/plain", "words"}};
      return done;
    };
    if (writes >= 0) run.store->writes_left = writes;
    auto outcome = run.run_with(run.delivered());
    if (writes >= 0) {
      ASSERT_FALSE(outcome.ok());
      run.look->act = [] { return tool::Failed{"it is not called again"}; };
      run.new_process();
      outcome = *run.recover();
    }
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 done", "a.png image/png pixels", "b.txt text/plain words"));
    EXPECT_EQ(outcome.delivery_id, "post-1");
    EXPECT_EQ(outcome.artifacts.size(), 2u) << "who does without a delivery finds them in the outcome";
  }
}

TEST(Delivery, BringsErrorsToo) {  // [IO-09]
  Ported run([](std::size_t turn) { return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}); });
  run.agent.max_iterations = 1;
  EXPECT_EQ(run.run_with(run.delivered()).status, RunStatus::error);
  EXPECT_THAT(run.delivery.log, ElementsAre(HasSubstr("chat:42 error: no final answer")));
}

TEST(Delivery, SurvivesACrash) {  // [IO-09] [DUR-13]
  Ported run;
  run.store->writes_left = 1;
  (void)run.run_with(run.delivered());
  EXPECT_THAT(run.delivery.log, IsEmpty());
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 done"));
}

bool closes_a_run(const journal::Append& append) {
  return !append.entries.empty() && std::holds_alternative<journal::Ended>(append.entries.back().payload);
}

// The command is acknowledged between the last answer and the close.
TEST(Ports, NothingIsDeliveredOfARunThatIsCancelledBeforeItsClose) {  // [DUR-38] [IO-10]
  Ported run([](std::size_t) { return says("the answer"); });
  auto other = run.journal.open_worker();
  auto others_loop = make_loop(1);
  bool posted = false;
  run.store->on_append = [&](const journal::Append& append) {
    if (!closes_a_run(append) || std::exchange(posted, true)) return;
    EXPECT_EQ(block_on(*others_loop, other->post(*RunId::parse("run"), commands::cancel())),
              journal::PostVerdict::accepted);
  };

  auto outcome = run.run_with(run.delivered());

  EXPECT_TRUE(posted);
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(run.delivery.log, Not(Contains(HasSubstr("the answer"))));
  EXPECT_EQ(run.loop.run(run.store->find(*RunId::parse("run")))->status, RunStatus::cancelled);
  EXPECT_THAT(run.loop.run(run.store->inbox(*RunId::parse("run"))), IsEmpty());
}

}  // namespace
}  // namespace executus::run
