// Runs that are told to end do so at the next look, whatever they wait for here.
#include "run/record/journal_commands.hpp"
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::IsEmpty;

class CancelledInAWorker : public Worked {
 protected:
  void cancel(const std::string& id) { (void)h.loop.run(h.store->inner().post(*RunId::parse(id), commands::cancel())); }
  void submit_fruitless(const std::string& id, int times) {
    submit(id);
    for (int i = 0; i < times; ++i) {
      auto other = h.journal.open_worker();
      ASSERT_TRUE(h.loop.run(other->claim(*RunId::parse(id), row(id).epoch)).has_value());
    }
  }
};

TEST_F(CancelledInAWorker, WhileItRestsAfterAnAttemptInVain) {  // [API-11] [DUR-38]
  submit("run");
  h.store->on_claim = [&] { h.store->read_failures = 1; };
  work({.max_attempts = std::nullopt});
  h.loop.advance(minutes(5));
  ASSERT_EQ(status("run"), RunStatus::running);
  h.store->on_claim = {};
  auto starts = order_of_starts().size();
  h.loop.advance(seconds(2));
  ASSERT_EQ(order_of_starts().size(), starts) << "it rests";

  cancel("run");
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("run"), RunStatus::cancelled);
}

TEST_F(CancelledInAWorker, WhileItBacksOffAndWhateverElseIsTried) {  // [API-11] [DUR-38]
  h.model->wait.emplace();
  submit_fruitless("suspect", 2);
  work({.concurrency = 1, .max_attempts = std::nullopt});
  h.loop.advance(seconds(5));
  ASSERT_THAT(order_of_starts(), ::testing::ElementsAre("suspect"));
  submit_fruitless("other-suspect", 9);
  submit("queued");

  cancel("other-suspect");
  cancel("queued");
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("other-suspect"), RunStatus::cancelled);
  EXPECT_EQ(status("queued"), RunStatus::cancelled);
}

// Ending it fails as well: it rests again, and is not tried at each look.
TEST_F(CancelledInAWorker, ButNotAgainAndAgainWhenThatFails) {  // [API-11]
  submit("run");
  cancel("run");
  int tries = 0;
  h.store->fail_claim = [&](const RunId&) { return ++tries > 0; };

  work();
  h.loop.advance(minutes(2));

  EXPECT_GE(tries, 3);
  EXPECT_LE(tries, 10);
}

TEST(ToldToEnd, AreNewsOnceEachTimeTheyAreTold) {
  journal::RunRow one, two;
  one.id = *RunId::parse("one");
  two.id = *RunId::parse("two");
  ToldToEnd told;

  EXPECT_EQ(told.news_in({one}).size(), 1u);
  EXPECT_EQ(told.news_in({one, two}).size(), 1u);
  EXPECT_THAT(told.news_in({one, two}), IsEmpty());
  EXPECT_THAT(told.news_in({two}), IsEmpty());
  EXPECT_EQ(told.news_in({one, two}).size(), 1u) << "it was not told any more, and is again";
}

}  // namespace
}  // namespace executus::run
