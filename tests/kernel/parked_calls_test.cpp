// Calls that wait for a time or a signal: the run leaves memory, and goes on in any process.
#include <gmock/gmock.h>

#include "kernel/parking_test.hpp"
#include "run/calls/settle.hpp"
#include "run/calls/waits.hpp"

namespace executus::run {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tool::Effect;

tool::Outcome an_hour(const std::string&, const tool::Call&) { return tool::ParkFor{1h}; }
tool::Outcome paid(const std::string&, const tool::Call&) { return tool::ParkForSignal{"paid"}; }

struct OneSleeper : Parking {
  explicit OneSleeper(Effect effect = Effect::pure, Wait wait = an_hour) : Parking({call_of("nap", "a")}) {
    add_parking("nap", effect, std::move(wait));
  }
};

TEST(ParkedCall, LeavesMemoryAndIsMadeAgainWhenItIsDue) {  // [DUR-43] [DUR-32]
  for (auto effect : {Effect::pure, Effect::idempotent, Effect::keyed, Effect::probeable, Effect::irreversible}) {
    SCOPED_TRACE(to_string(effect));
    OneSleeper run(effect);
    auto due = run.now() + 1h;
    auto invocation = run.invocation("run");
    invocation.observer = std::make_shared<EntryObserver>([](const journal::Entry&) {});
    std::weak_ptr<RunObserver> held = invocation.observer;

    auto asleep = run.loop.run(run.executor->run(run.agent, std::move(invocation)));
    EXPECT_TRUE(held.expired()) << "nothing of a run that sleeps is kept here";
    EXPECT_EQ(asleep.status, RunStatus::waiting);
    EXPECT_EQ(asleep.reason, "timer");
    EXPECT_EQ(asleep.wake_at, due);
    EXPECT_EQ(asleep.tool_calls.at(0).state, llm::CallState::parked);
    EXPECT_EQ(run.row().wake_at, due);
    run.loop.advance(1h - 1ms);
    EXPECT_FALSE(run.is_claimable());
    run.loop.advance(1ms);

    EXPECT_TRUE(run.go_on().ok());
    EXPECT_THAT(run.told(), ElementsAre("a first", "a time"));
    EXPECT_EQ(run.made[0].key, run.made[1].key);
    EXPECT_THAT(run.results(), ElementsAre("a after time"));
  }
}

TEST(ParkedCall, TakesItsSignalAndThePayload) {  // [DUR-44]
  OneSleeper run(Effect::irreversible, paid);
  auto asleep = run.run();
  EXPECT_EQ(asleep.reason, "signal");
  EXPECT_THAT(asleep.signals, ElementsAre("paid"));
  EXPECT_EQ(asleep.wake_at, std::nullopt);

  run.signal("unpaid");
  EXPECT_FALSE(run.is_claimable()) << "nothing waits for that one";
  run.signal("paid", {{"cents", 5}});
  auto outcome = run.go_on();

  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(run.told(), ElementsAre("a first", R"(a {"cents":5})"));
  EXPECT_THAT(outcome.unheard, ElementsAre("signal unpaid")) << "what is left over is told";
}

TEST(ParkedCall, TakesASignalThatCameBeforeIt) {  // [DUR-44]
  OneSleeper run(Effect::pure, paid);
  auto queued = run.invocation("run");
  queued.start = Invocation::Start::queued;
  EXPECT_EQ(run.loop.run(run.executor->run(run.agent, queued)).status, RunStatus::queued);
  run.signal("paid", 1);
  run.signal("paid", 2);
  run.new_process();

  auto outcome = *run.recover();

  EXPECT_TRUE(outcome.ok()) << "without leaving memory";
  EXPECT_THAT(run.told(), ElementsAre("a first", "a 1"));
  EXPECT_THAT(outcome.unheard, ElementsAre("signal paid 2"));
}

TEST(ParkedCall, TakesOneOfTwoSignalsOfItsNameEachTime) {  // [DUR-44]
  Parking run(
      [](std::size_t turn) { return turn < 2 ? calls({call_of("wait", "w" + std::to_string(turn))}) : says("done"); });
  run.add_parking("wait", Effect::pure, paid);
  EXPECT_EQ(run.run().reason, "signal");
  run.signal("paid", 1);
  run.signal("paid", 2);

  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("w0 first", "w0 1", "w1 first", "w1 2"));
}

// Words and a signal come while the run ends: the words make it go on, and its next call takes the signal.
TEST(ParkedCall, TakesASignalThatCameWhenTheRunWasAboutToEnd) {  // [DUR-44] [DUR-13]
  Parking run([](std::size_t turn) { return turn == 1 ? calls({call_of("wait", "w")}) : says("done"); });
  run.add_parking("wait", Effect::pure, paid);
  bool ends = false;
  run.store->on_append = [&](const journal::Append& append) {
    if (!std::holds_alternative<journal::Ended>(append.entries.back().payload) || std::exchange(ends, true)) return;
    run.signal("paid", 1);
    run.post(commands::steer("one more thing"));
  };
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(run.told(), ElementsAre("w first", "w 1"));
  EXPECT_TRUE(outcome.unheard.empty()) << "it was taken";
}

TEST(ParkedCall, HearsOfItsTimeoutAndLeavesALateSignalToTheNext) {  // [DUR-44]
  Parking run(
      [](std::size_t turn) { return turn < 2 ? calls({call_of("wait", "w" + std::to_string(turn))}) : says("done"); });
  run.add_parking("wait", Effect::pure,
                  [](const std::string&, const tool::Call&) { return tool::ParkForSignal{"paid", 1h}; });
  EXPECT_EQ(run.run().wake_at, run.now() + 1h);
  run.loop.advance(2h);
  run.signal("paid", "late");

  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("w0 first", "w0 time", "w1 first", R"(w1 "late")"));
}

TEST(ParkedCall, UntilATimeThatHasPassedGoesOnAtOnce) {  // [DUR-43]
  OneSleeper run(Effect::irreversible,
                 [](const std::string&, const tool::Call&) { return tool::ParkUntil{WallTime(5ms)}; });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.told(), ElementsAre("a first", "a time"));
}

TEST(ParkedCall, WaitsSixtyDays) {  // [DUR-43]
  OneSleeper run(Effect::pure,
                 [&run](const std::string&, const tool::Call&) { return tool::ParkUntil{run.now() + days(60)}; });
  auto due = run.now() + days(60);
  EXPECT_EQ(run.run().wake_at, due);
  for (int restarts = 0; restarts < 59; ++restarts) {
    run.loop.advance(days(1));
    run.new_process();
    ASSERT_FALSE(run.is_claimable()) << restarts;
  }
  run.loop.advance(days(1));
  EXPECT_TRUE(run.go_on().ok());
}

// A tool that forgets to ask whether it was woken. Its run is not kept in memory for it.
TEST(ParkedCall, AgainAndAgainUntilAPastTimeRestsInBetween) {  // [DUR-43]
  Parking run({call_of("nap", "a")});
  int times = 0;
  auto forgets = [&times](const ParkingArgs&) {
    ++times;
    return tool::ParkUntil{WallTime(5ms)};
  };
  run.add(make_tool<ParkingArgs>({.name = "nap", .effect = Effect::pure}, forgets));
  EXPECT_EQ(run.run().wake_at, run.now() + kRepeatWhenOver);
  EXPECT_EQ(times, 2) << "once, and once when its time came at once";
  EXPECT_FALSE(run.is_claimable());

  run.loop.advance(kRepeatWhenOver);
  run.new_process();
  EXPECT_EQ(run.go_on().wake_at, run.now() + kRepeatWhenOver);
  EXPECT_EQ(times, 3);
}

// The rest is for a tool that its time woke: a signal is news, and what follows it may be due soon.
TEST(ParkedCall, AgainAfterASignalWaitsAsLongAsItSays) {  // [DUR-43] [DUR-44]
  Parking run({call_of("wait", "w")});
  auto waits = [](const ParkingArgs&, const tool::Call& call) -> tool::Outcome {
    if (call.signal()) return tool::ParkFor{1ms};
    return tool::ParkForSignal{"paid"};
  };
  run.add(make_tool<ParkingArgs>({.name = "wait", .effect = Effect::pure}, waits));
  EXPECT_EQ(run.run().reason, "signal");
  run.signal("paid", 1);

  EXPECT_EQ(run.go_on().wake_at, run.now() + 1ms);
}

TEST(ParkedCall, EndsAtOnceWithACancelledRun) {  // [DUR-43] [DUR-16]
  for (auto effect : {Effect::pure, Effect::irreversible}) {
    OneSleeper run(effect);
    EXPECT_EQ(run.run().status, RunStatus::waiting);
    run.post(commands::cancel());

    auto outcome = run.go_on();
    EXPECT_EQ(outcome.status, RunStatus::cancelled);
    EXPECT_THAT(run.told(), ElementsAre("a first")) << "it is not made again";
    EXPECT_EQ(outcome.tool_calls.at(0).state, llm::CallState::parked) << "it was not made, and is not in doubt";
    run.loop.advance(2h);
    EXPECT_FALSE(run.is_claimable());
  }
}

TEST(ParkedCall, IsTakenUpBeforeItsTimeAndWaitsOn) {  // [DUR-43]
  OneSleeper run;
  auto due = run.now() + 1h;
  (void)run.run();
  run.loop.advance(10min);
  run.new_process();

  EXPECT_EQ(run.recover()->wake_at, due) << "somebody named it";
  EXPECT_FALSE(run.is_claimable());
  run.loop.advance(50min);
  EXPECT_TRUE(run.go_on().ok());
}

TEST(ParkedCall, ForALengthOfTimeDoesNotMindThatTheCalendarIsSet) {  // [DUR-43]
  for (auto by : {days(-400), days(400)}) {
    SCOPED_TRACE(by.count());
    OneSleeper run;
    (void)run.run();
    run.loop.advance(15min);
    run.loop.manual_clock().jump_wall(by);
    ASSERT_TRUE(run.is_claimable()) << "the store cannot tell";
    EXPECT_EQ(run.go_on().wake_at, run.now() + 45min);
    EXPECT_FALSE(run.is_claimable());
    run.loop.advance(45min);
    EXPECT_TRUE(run.go_on().ok());
  }
}

TEST(ParkedCall, UntilADateWaitsForThatDateOfTheCalendar) {  // [DUR-43]
  OneSleeper run(Effect::pure,
                 [&run](const std::string&, const tool::Call&) { return tool::ParkUntil{run.now() + 1h}; });
  auto due = run.now() + 1h;
  (void)run.run();
  run.loop.manual_clock().jump_wall(-days(1));
  ASSERT_TRUE(run.is_claimable());
  EXPECT_EQ(run.go_on().wake_at, due);
  EXPECT_FALSE(run.is_claimable()) << "it is looked at once, not all the time";
  run.loop.advance(1h + days(1));
  EXPECT_TRUE(run.go_on().ok());
}

TEST(ParkedCall, InABatchOfSeveralIsWokenOnItsOwn) {  // [DUR-43] [DUR-44]
  Parking run({call_of("nap", "long"), call_of("nap", "short"), call_of("wait", "w"), call_of("look", "l")});
  run.add_parking("nap", Effect::pure,
                  [](const std::string& id, const tool::Call&) { return tool::ParkFor{id == "long" ? 2h : 1h}; });
  run.add_parking("wait", Effect::pure, paid);
  run.add_tool("look", Effect::pure);

  EXPECT_EQ(run.run().reason, "signal");
  EXPECT_EQ(run.total_effects(), 1) << "what can be settled is";
  run.loop.advance(1h);
  EXPECT_EQ(run.go_on().wake_at, run.now() + 1h);
  run.signal("paid", true);
  EXPECT_EQ(run.go_on().reason, "timer");
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());

  EXPECT_THAT(run.told(), ElementsAre("long first", "short first", "w first", "short time", "w true", "long time"));
  EXPECT_THAT(run.results(), ElementsAre("long after time", "short after time", "w after true", "did it"));
  EXPECT_EQ(run.total_effects(), 1);
}

// Whichever is the first: what a person or another program sends is told before what comes by itself.
TEST(ParkedCall, ForASignalIsWhatItsRunIsToldToWaitFor) {  // [DUR-44]
  Parking run({call_of("wait", "w"), call_of("nap", "n")});
  run.add_parking("wait", Effect::pure, paid, tool::Order::parallel);
  run.add_parking("nap", Effect::pure, an_hour, tool::Order::parallel);

  EXPECT_EQ(run.run().reason, "signal");
  EXPECT_THAT(run.told(), ElementsAre("w first", "n first"));
}

// Its next intent is written when it is made again, not when another call of its batch is.
TEST(ParkedCall, IsNotIntendedWhileItWaits) {  // [DUR-43] [DUR-05]
  Parking run({call_of("nap", "long"), call_of("nap", "short")});
  auto nap = [](const std::string& id, const tool::Call&) { return tool::ParkFor{id == "long" ? 2h : 1h}; };
  run.add_parking("nap", Effect::keyed, nap, tool::Order::parallel);
  auto intents = [&run] { return std::ranges::count(run.kinds(), "intended"); };
  EXPECT_EQ(run.run().reason, "timer");
  EXPECT_EQ(intents(), 2);
  run.loop.advance(1h);

  EXPECT_EQ(run.go_on().reason, "timer");
  EXPECT_EQ(intents(), 3) << "of the short one";
}

// The woken call waits until a person has decided: what is in doubt is not probed for a second time.
TEST(ParkedCall, ThatIsDueAtOnceDoesNotHaveACallInDoubtLookedIntoTwice) {  // [DUR-43] [DUR-07]
  Parking run({call_of("nap", "n"), call_of("act", "a")});
  run.add_parking(
      "nap", Effect::pure, [](const std::string&, const tool::Call&) { return tool::ParkFor{0ms}; },
      tool::Order::parallel);
  auto& act = run.add_tool("act", Effect::probeable);
  act.change().order = tool::Order::parallel;
  act.act = [] { return tool::Unknown{"no answer"}; };
  act.probe_answer = tool::Unclear{"no answer"};

  EXPECT_EQ(run.run().reason, "in_doubt");
  EXPECT_EQ(act.probes, kMaxTries);
}

TEST(ParkedCall, HoldsBackTheCallsBehindIt) {  // [DUR-43]
  Parking run({call_of("nap", "a"), call_of("act", "b")});
  run.add_parking("nap", Effect::irreversible, an_hour);
  run.add_tool("act", Effect::irreversible);
  EXPECT_EQ(run.run().reason, "timer");
  EXPECT_EQ(run.total_effects(), 0);
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(ParkedCall, IsApprovedOnceAndNotAskedAboutWhenItIsMadeAgain) {  // [DUR-43] [DUR-32]
  OneSleeper run(Effect::irreversible);
  run.agent.permissions.ask = {"nap"};
  EXPECT_EQ(run.run().reason, "approval");
  auto stored = run.entries();
  auto asked = journal::fold(stored).conversation.open_batch()[0];
  run.post(commands::approve(asked, commands::Approval::approved, ""));
  EXPECT_EQ(run.go_on().reason, "timer");
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("a first", "a time"));
}

TEST(ParkedCall, IsNotAskedAboutByAGateThatCameLater) {  // [DUR-43]
  struct AskingGate final : Gate {
    Task<std::vector<journal::GateDecision>> decide(RunInfo, std::vector<GateCall> asked) override {
      ++times;
      co_return std::vector<journal::GateDecision>(asked.size(), {0, journal::Ruling::deny, "", "no"});
    }
    int times = 0;
  } gate;
  OneSleeper run(Effect::irreversible);
  (void)run.run();
  run.loop.advance(1h);
  run.reconfigure([&](ExecutorConfig& config) { config.ports.gate = &gate; });
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(gate.times, 0);
}

TEST(ParkedCall, IsNotWokenByWordsToTheModelWhichHearsThemLater) {  // [DUR-43] [DUR-33]
  OneSleeper run;
  (void)run.run();
  run.post(commands::steer("hurry"));
  EXPECT_FALSE(run.is_claimable());
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());
  const auto& heard = run.model->requests.back().messages;
  EXPECT_EQ(heard.back().text(), "hurry");
  EXPECT_EQ(heard[heard.size() - 2].tool_results.size(), 1u) << "nothing comes between a call and its result";
}

TEST(ParkedCall, OfARunThatIsNotDurableEndsIt) {  // [DUR-43]
  OneSleeper run;
  run.agent.durability = Durability::memory;
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "run.cannot_wait");
  EXPECT_THAT(outcome.error, HasSubstr("timer: call a of 'nap'"));
}

TEST(ParkedCall, FailsForASignalWithoutAProperName) {  // [DUR-44]
  OneSleeper run(Effect::pure, [](const std::string&, const tool::Call&) { return tool::ParkForSignal{"is paid"}; });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.results(), ElementsAre(HasSubstr("no signal can be named 'is paid'")));
}

TEST(ParkedCall, InAPhaseGoesOnInIt) {  // [DUR-43]
  Parking run([](const llm::Request& request, std::size_t turn) {
    if (request.system.starts_with("Plan") && turn == 0) return calls({call_of("nap", "a")});
    return says(request.system);
  });
  run.add_parking("nap", Effect::pure, an_hour);
  run.agent.phases = {{"plan", "Plan"}, {"tell", "Tell {{plan}}"}};
  EXPECT_EQ(run.run().reason, "timer");
  run.loop.advance(1h);
  auto outcome = run.go_on();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "Tell Plan");
}

}  // namespace
}  // namespace executus::run
