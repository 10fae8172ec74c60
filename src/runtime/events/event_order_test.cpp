// Where provisional events stand among the entries of a run.
#include "runtime/events/followed_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;

TEST(EventOrder, PutsWhatIsShownBeforeTheEntryThatHoldsIt) {  // [API-04]
  FollowedRun run;
  OneShot<> first, second;
  run.talking->before_the_end = [=](std::size_t turn) { return FollowedRun::until(turn == 0 ? first : second); };
  run.start();
  auto events = run.follow();

  EXPECT_EQ(in_words(*run.next(events)), "1 admitted");
  auto word = run.pending(events);
  EXPECT_FALSE(*word) << "what was shown before the reader came is not shown again";
  first.set();
  run.loop.run_ready();

  ASSERT_TRUE(*word);
  EXPECT_EQ(in_words(*(*word)->value()), "2 opened");
  second.set();
  EXPECT_THAT(run.rest(events), ElementsAre("3 responded", "look running", "4 settled", "text 1.0 All ", "text 1.0 is ",
                                            "text 1.0 well.", "look complete", "5 responded", "6 ended"));
}

TEST(EventOrder, IsTheSameForAReaderThatComesBackLate) {  // [API-04]
  FollowedRun run;
  auto events = run.follow();
  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.rest(events), ElementsAre("1 admitted", "text 0.0 I ", "text 0.0 look.", "2 opened", "3 responded",
                                            "look running", "4 settled", "text 1.0 All ", "text 1.0 is ",
                                            "text 1.0 well.", "look complete", "5 responded", "6 ended"));
}

TEST(EventOrder, TellsWhatTheModelThinksAndWrites) {  // [API-04]
  FollowedRun run;
  run.talking->shows_asides = true;
  auto events = run.follow();
  EXPECT_TRUE(run.run().ok());

  auto seen = run.rest(events);
  seen.resize(5);
  EXPECT_THAT(seen,
              ElementsAre("1 admitted", "thinks 0.0 hm", "writes 0.0 c look {}", "text 0.0 I ", "text 0.0 look."));
}

TEST(EventOrder, SaysWhichAttemptIsDropped) {  // [API-04]
  FollowedRun run;
  run.talking->failures = 1;
  run.talking->answer = [](std::size_t) { return talks("Well."); };
  auto events = run.follow();
  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.rest(events), ElementsAre("1 admitted", "text 0.0 Well.", "reset 0.0", "delayed", "text 0.1 Well.",
                                            "2 opened", "3 responded", "4 ended"));
}

// What the first process had shown is dropped: the model is asked again.
TEST(EventOrder, DropsWhatAProcessHadShownThatLeftTheRun) {  // [API-04] [DUR-47]
  FollowedRun run;
  run.talking->answer = [](std::size_t) { return talks("Well."); };
  auto events = run.follow({.until = EventOptions::Until::at_end});
  {
    CancelScope scope;
    run.talking->before_the_end = [&](std::size_t) {
      scope.cancel({Cause::shutdown, "a signal"});
      return FollowedRun::until(OneShot<>());
    };
    EXPECT_EQ(run.run_in(scope).status, RunStatus::running);
  }
  run.talking->before_the_end = nullptr;
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());

  EXPECT_THAT(run.rest(events), ElementsAre("1 admitted", "text 0.0 Well.", "reset 0.0", "text 0.0 Well.", "2 opened",
                                            "3 responded", "4 ended"));
}

TEST(EventOrder, DropsWhatAProcessHadShownThatCouldNotWriteItDown) {  // [API-04] [DUR-47]
  FollowedRun run;
  run.talking->answer = [](std::size_t) { return talks("Well."); };
  run.talking->before_the_end = [&](std::size_t) {
    run.store->dead = true;  // another worker has the run
    return sleep_for({});
  };
  auto events = run.follow({.until = EventOptions::Until::at_end});
  (void)run.run();
  run.talking->before_the_end = nullptr;
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());

  EXPECT_THAT(run.rest(events), ElementsAre("1 admitted", "text 0.0 Well.", "reset 0.0", "text 0.0 Well.", "2 opened",
                                            "3 responded", "4 ended"));
}

// The store is away, and the process is told to end before it is back.
TEST(EventOrder, DropsWhatAProcessHadShownThatEndsWithoutItsStore) {  // [API-04] [DUR-47]
  FollowedRun run;
  run.talking->answer = [](std::size_t) { return talks("Well."); };
  auto events = run.follow({.until = EventOptions::Until::at_end});
  {
    CancelScope scope;
    run.store->on_append = [&](const journal::Append&) {
      scope.cancel({Cause::shutdown, "a signal"});
      throw Error(ErrorKind::disconnected, "store.away", "the store is away");
    };
    (void)run.run_in(scope);
  }
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());

  auto seen = run.rest(events);
  std::erase(seen, "delayed");
  EXPECT_THAT(seen, ElementsAre("1 admitted", "text 0.0 Well.", "reset 0.0", "text 0.0 Well.", "2 opened",
                                "3 responded", "4 ended"));
}

Task<void> broken() {
  throw std::runtime_error("the model of this host broke");
  co_return;
}

TEST(EventOrder, DropsWhatAModelHadShownThatBrokeInAnOptionalPhase) {  // [API-04]
  FollowedRun run;
  run.agent.phases = {{.name = "one", .system_prompt = "x", .optional = true, .fallback = "none"},
                      {.name = "two", .system_prompt = "y"}};
  int asked = 0;
  run.talking->answer = [](std::size_t) { return talks("Well."); };
  run.talking->before_the_end = [&](std::size_t) { return ++asked == 1 ? broken() : sleep_for({}); };
  auto events = run.follow();
  EXPECT_TRUE(run.run().ok());

  auto seen = run.rest(events);
  std::erase_if(seen, [](const std::string& what) { return !what.starts_with("text") && !what.starts_with("reset"); });
  EXPECT_THAT(seen, ElementsAre("text 0.0 Well.", "reset 0.0", "text 0.0 Well."));
}

TEST(EventOrder, KeepsWhatWasShownOfARunThatItsCallerStops) {  // [API-04]
  FollowedRun run;
  run.talking->answer = [](std::size_t) { return talks("Well."); };
  auto events = run.follow();
  CancelScope scope;
  run.talking->before_the_end = [&](std::size_t) {
    scope.cancel({Cause::caller, "it is not wanted"});
    return broken();
  };
  (void)run.run_in(scope);

  auto seen = run.rest(events);
  EXPECT_EQ(std::ranges::count(seen, "text 0.0 Well."), 1);
  EXPECT_EQ(std::ranges::count(seen, "reset 0.0"), 0);
}

TEST(EventOrder, LeavesOutWhatIsShownByAProcessThatLostTheRun) {  // [DUR-47]
  Unread unread(*RunId::parse("run"), 10);
  unread.stood_at(8);
  unread.passed(7);

  unread.add_at(6, TextDelta{1, 0, "of the past"});
  unread.add_at(7, TextDelta{2, 0, "of now"});

  auto what = unread.take(8);
  ASSERT_TRUE(what);
  EXPECT_EQ(std::get<TextDelta>(*what).text, "of now");
  EXPECT_FALSE(unread.take(8));
}

TEST(EventOrder, PlacesAnEventThatIsToldBeforeAnyEntry) {  // [API-04]
  Unread unread(*RunId::parse("run"), 10);
  unread.add(Delayed{"why"});
  EXPECT_FALSE(unread.take(100)) << "not known yet";

  unread.durable(5);

  EXPECT_FALSE(unread.take(3));
  EXPECT_TRUE(unread.take(4));
}

TEST(EventOrder, SaysHowManyAReaderThatIsSlowHasLost) {  // [API-04]
  FollowedRun run;
  run.talking->answer = [](std::size_t) { return talks("a b c d e"); };
  auto events = run.follow({.buffer = 2});
  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.rest(events),
              ElementsAre("1 admitted", "lost 3", "text 0.0 d ", "text 0.0 e", "2 opened", "3 responded", "4 ended"));
}

TEST(EventOrder, KeepsNothingProvisionalForAReaderThatWantsNone) {  // [API-04]
  FollowedRun run;
  auto events = run.follow({.buffer = 0});
  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.rest(events),
              ElementsAre("1 admitted", "2 opened", "3 responded", "4 settled", "5 responded", "6 ended"));
}

}  // namespace
}  // namespace executus
