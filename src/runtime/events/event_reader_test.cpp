// What a reader gets of a run, wherever it is driven, and when that is all.
#include <executus/run/answering.hpp>

#include "runtime/events/followed_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kAtEnd = EventOptions::Until::at_end;

Task<std::vector<Question>> asked(Question question) { co_return std::vector<Question>{question}; }
Task<std::vector<Question>> none_asked() { co_return std::vector<Question>{}; }

TEST(EventReading, GoesOnBehindEveryNumber) {  // [API-04] [DUR-47]
  FollowedRun run;
  EXPECT_TRUE(run.run().ok());
  for (std::uint64_t after = 0; after <= 6; ++after) {
    auto events = run.follow({.after = after});
    std::vector<std::uint64_t> expected;
    for (auto seq = after + 1; seq <= 6; ++seq) expected.push_back(seq);
    EXPECT_EQ(run.numbers(events), expected) << after;
    EXPECT_FALSE(run.next(events)) << "the end stays the end";
  }
}

TEST(EventReading, HandsOutTheEntryAndTheOutcome) {  // [API-04]
  FollowedRun run;
  auto outcome = run.run();
  auto events = run.follow({.after = 4});

  auto responded = run.next(events), ended = run.next(events);

  ASSERT_TRUE(responded->as<journal::Responded>());
  EXPECT_TRUE(responded->as<Committed>());
  EXPECT_FALSE(responded->as<journal::Ended>());
  EXPECT_FALSE(responded->as<TextDelta>());
  EXPECT_EQ(responded->as<journal::Responded>()->response.message.text(), "All is well.");
  ASSERT_TRUE(ended->as<Ended>());
  ASSERT_TRUE(ended->as<journal::Ended>());
  EXPECT_EQ(ended->as<Ended>()->outcome.output, "All is well.");
  EXPECT_EQ(ended->as<Ended>()->outcome.status, RunStatus::ok);
  EXPECT_EQ(digest_of(ended->as<Ended>()->outcome), digest_of(outcome));
}

TEST(EventReading, ReadsMoreEntriesThanComeAtOnce) {  // [DUR-47]
  FollowedRun run;
  run.talking->answer = [](std::size_t turn) {
    return turn < 100 ? talks("", {{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : talks("Done.");
  };
  EXPECT_TRUE(run.run().ok());
  auto events = run.follow_from_afar();
  auto before = run.loop.clock().mono();

  EXPECT_EQ(run.numbers(events).size(), run.entries().size());
  EXPECT_GT(run.entries().size(), 3 * 64u);
  EXPECT_EQ(run.loop.clock().mono(), before) << "what is there is not waited for";
}

TEST(EventReading, FollowsARunOfAnotherProcess) {  // [DUR-47]
  FollowedRun run;
  OneShot<> answer;
  run.talking->before_the_end = [=](std::size_t turn) {
    return turn == 1 ? FollowedRun::until(answer) : sleep_for({});
  };
  run.start();
  auto events = run.follow_from_afar();
  for (std::uint64_t seq = 1; seq <= 4; ++seq) EXPECT_EQ(run.next(events)->seq, seq);
  auto waiting = run.pending(events);
  answer.set();
  run.loop.run_ready();
  EXPECT_FALSE(*waiting) << "nobody tells of it";

  run.loop.advance(Milliseconds(500));

  ASSERT_TRUE(*waiting);
  EXPECT_EQ((*waiting)->value()->seq, 5u);
  EXPECT_THAT(run.rest(events), ElementsAre("6 ended"));
}

TEST(EventReading, IsWokenByARunOfThisProcess) {  // [API-04]
  FollowedRun run;
  OneShot<> answer;
  run.talking->before_the_end = [=](std::size_t turn) {
    return turn == 1 ? FollowedRun::until(answer) : sleep_for({});
  };
  run.start();
  auto events = run.follow({.after = 4, .buffer = 0});
  auto waiting = run.pending(events);
  EXPECT_FALSE(*waiting);

  answer.set();
  run.loop.run_ready();

  ASSERT_TRUE(*waiting) << "without a look at the clock";
  EXPECT_EQ((*waiting)->value()->seq, 5u);
}

TEST(EventReading, ThrowsWhatTheStoreSaysAndGoesOn) {  // [API-04]
  FollowedRun run;
  EXPECT_TRUE(run.run().ok());
  auto events = run.follow_from_afar();
  std::vector<std::uint64_t> numbers;
  int failures = 0;
  for (int call = 0; call < 100; ++call) {
    run.reading.calls_until_away = call % 3;
    try {
      auto event = run.next(events);
      if (!event) break;
      numbers.push_back(event->seq);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "store.away");
      ++failures;
    }
  }
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_GT(failures, 2);
}

TEST(EventReading, SaysThatThereIsNoSuchRunUntilThereIs) {  // [API-04]
  FollowedRun run;
  auto events = run.follow();
  try {
    (void)run.next(events);
    ADD_FAILURE() << "it has events";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "run.unknown");
    EXPECT_THAT(error.message(), HasSubstr("'run'"));
  }
  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.numbers(events), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(EventReading, ForgetsAReaderThatIsDropped) {  // [API-04]
  FollowedRun run;
  OneShot<> never;
  run.talking->before_the_end = [=](std::size_t) { return FollowedRun::until(never); };
  run.start();
  std::optional<EventStream> events = run.follow({.after = 1});
  auto waiting = run.pending(*events);
  EXPECT_EQ(run.hub->readers(), 1u);
  EXPECT_TRUE(run.hub->watches(run.id));

  events.reset();
  run.loop.run_ready();

  ASSERT_TRUE(*waiting) << "what waits is told";
  EXPECT_FALSE((*waiting)->value());
  EXPECT_EQ(run.hub->readers(), 0u);
  EXPECT_FALSE(run.hub->watches(run.id));
}

TEST(EventReading, AnswersInTheOrderItIsAsked) {  // [API-04]
  FollowedRun run;
  auto events = run.follow({.buffer = 0});
  auto first = run.pending(events);
  EXPECT_TRUE(run.run().ok());
  (void)run.next(events);
  auto second = run.pending(events), third = run.pending(events);

  EXPECT_EQ((*first)->error().code(), "run.unknown");
  EXPECT_EQ((*second)->value()->seq, 2u);
  EXPECT_EQ((*third)->value()->seq, 3u);
}

// --- when that is all

struct ParkedRun : FollowedRun {
  ParkedRun() {
    agent.permissions.ask = {"look"};
    EXPECT_EQ(run().status, RunStatus::waiting);
  }
};

TEST(EventsAtRest, EndWhereTheRunWaitsAndSayHowToAnswer) {  // [API-04]
  ParkedRun run;
  Question question;
  question.run = run.id;
  question.call_id = "c";
  question.tool = "look";
  run.questions = [&](RunId) { return asked(question); };
  auto events = run.follow({.after = run.entries().size() - 1});

  auto event = run.next(events);

  ASSERT_TRUE(event->as<Waiting>());
  ASSERT_TRUE(event->as<journal::Waited>());
  EXPECT_EQ(event->as<Waiting>()->reason, WaitReason::approval);
  ASSERT_EQ(event->as<Waiting>()->questions.size(), 1u);
  EXPECT_EQ(event->as<Waiting>()->how_to_answer,
            "run run asks whether call c of look may happen; answer with runtime.runs().approve(question) or "
            "reject(question), or in a shell: executus runs approve run, executus runs reject run");
  EXPECT_FALSE(run.next(events));
}

TEST(EventsAtEnd, GoOnWhenTheRunDoes) {  // [API-04] [DUR-47]
  ParkedRun run;
  bool asks = true;
  run.questions = [&](RunId) {
    EXPECT_TRUE(std::exchange(asks, false));
    return none_asked();
  };
  auto events = run.follow({.until = kAtEnd});
  std::vector<std::string> seen;
  while (seen.empty() || !seen.back().ends_with("waited")) seen.push_back(in_words(*run.next(events)));
  auto waiting = run.pending(events);
  run.loop.advance(Milliseconds(60'000));
  EXPECT_FALSE(*waiting);

  auto answered = run.loop.run(answer_approval(run.reading, run.id, "c", Approval::approved, {}));
  EXPECT_EQ(answered.verdict, CallAnswered::Verdict::given);
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());

  std::vector<std::uint64_t> numbers{(*waiting)->value()->committed() ? (*waiting)->value()->seq : 0};
  for (auto seq : run.numbers(events)) numbers.push_back(seq);
  std::erase(numbers, 0u);
  EXPECT_EQ(seen.size() + numbers.size(), run.entries().size());
  EXPECT_EQ(numbers.back(), run.entries().back().seq);
}

TEST(EventsOfAWait, AskForNoAnswerWhereTheRunHasGoneOn) {  // [API-04]
  ParkedRun run;
  (void)run.loop.run(answer_approval(run.reading, run.id, "c", Approval::approved, {}));
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());
  run.questions = [](RunId) {
    ADD_FAILURE() << "it asks nothing any more";
    return none_asked();
  };
  auto events = run.follow();
  int waits = 0;
  while (auto event = run.next(events))
    if (const auto* waiting = event->as<Waiting>()) {
      ++waits;
      EXPECT_EQ(waiting->how_to_answer, "");
    }
  EXPECT_EQ(waits, 1);
}

TEST(EventsOfAWait, AskForNoAnswerWhereTheRunGoesOnBeforeTheyAreTaken) {  // [API-04]
  ParkedRun run;
  auto waited = run.entries().size();
  auto events = run.follow({.until = kAtEnd});
  ASSERT_EQ(run.next(events)->seq, 1u) << "and all that follows is read with it";
  (void)run.loop.run(answer_approval(run.reading, run.id, "c", Approval::approved, {}));
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());
  run.questions = [](RunId) {
    ADD_FAILURE() << "it asks nothing any more";
    return none_asked();
  };

  auto event = run.next(events);
  while (event->seq != waited) event = run.next(events);

  ASSERT_TRUE(event->as<Waiting>());
  EXPECT_EQ(event->as<Waiting>()->how_to_answer, "");
}

TEST(EventsAtRest, EndWhereNobodyDrivesTheRun) {  // [API-04] [DUR-47]
  FollowedRun run;
  run.store->writes_left = 2;
  (void)run.run();
  auto rest = run.follow(), end = run.follow({.until = kAtEnd});
  EXPECT_EQ(run.next(rest)->seq, 1u);
  run.new_process();  // the old one is dead

  EXPECT_FALSE(run.numbers(rest).empty());
  EXPECT_LT(run.entries().size(), 6u);
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.numbers(end).size(), run.entries().size());
}

TEST(EventsAtRest, EndWithAQuarantine) {  // [API-04]
  FollowedRun run;
  run.store->writes_left = 2;
  (void)run.run();
  run.new_process();
  auto row = run.loop.run(run.store->inner().claim(run.id, 1));
  run.loop.run(run.store->inner().quarantine(run.id, row->epoch, "it makes no progress"));
  auto events = run.follow();

  EXPECT_THAT(run.numbers(events), ::testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace executus
