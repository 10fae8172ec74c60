// A process that dies at any write of a run whose calls park; and runs that wait beside something else.
#include <gmock/gmock.h>

#include "kernel/parking_test.hpp"
#include "run/family_test.hpp"

namespace executus::run {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using tool::Effect;

llm::Response waits_script(std::size_t turn) {
  switch (turn) {
    case 0:
      return calls({call_of("nap", "n"), call_of("wait", "w"), call_of("look", "l")});
    case 1:
      return calls({call_of("ship", "s"), call_of("wait", "v")});
    default:
      return says("done");
  }
}

// Sleeps and waits for signals of one name; the outside world posts two, once the first was asked for.
struct WaitingRunOf : Parking {
  explicit WaitingRunOf(Effect ship) : Parking(waits_script) {
    add_parking("nap", Effect::pure, [](const std::string&, const tool::Call&) { return tool::ParkFor{1h}; });
    add_parking("wait", Effect::pure, [](const std::string&, const tool::Call&) {
      return tool::ParkForSignal{"paid", std::chrono::days(30)};
    });
    add_tool("look", Effect::pure);
    add_parking("ship", ship, [this](const std::string&, const tool::Call&) { return tool::ParkUntil{now() + 2h}; });
  }

  // Goes on as time passes, each time in another process; number `dying` dies after so many writes.
  RunOutcome to_the_end(int dying = -1, int writes = 0) {
    auto dies = [&](int process) {
      if (process == dying) store->writes_left = writes;
    };
    dies(0);
    auto outcome = run();
    for (int process = 1; !is_terminal(outcome.status) && process < 40; ++process) {
      if (process == 2) signal("paid", 1), signal("paid", 2);
      loop.advance(30min);
      new_process();
      dies(process);
      if (is_claimable()) outcome = *recover();
    }
    return outcome;
  }
};

TEST(ParkedCrash, AtAnyWriteChangesNothing) {  // [DUR-43] [DUR-44] [DUR-24]
  auto whole = WaitingRunOf(Effect::keyed).to_the_end();
  ASSERT_TRUE(whole.ok());
  for (int process = 0; process < 8; ++process)
    for (int writes = process == 0 ? 1 : 0; writes < 12; ++writes) {
      SCOPED_TRACE(std::to_string(process) + ", write " + std::to_string(writes));
      WaitingRunOf run(Effect::keyed);
      auto outcome = run.to_the_end(process, writes);
      ASSERT_TRUE(outcome.ok());
      EXPECT_EQ(digest_of(outcome), digest_of(whole));
      EXPECT_THAT(run.results(), ElementsAre("n after time", "w after 1", "did it", "s after time", "v after 2"));
      EXPECT_TRUE(outcome.unheard.empty());
    }
}

// What the effect class says of a call that was cut off holds before it parks and after it was woken.
TEST(ParkedCrash, LeavesAnIrreversibleCallInDoubtOnlyWhileItIsMade) {  // [DUR-43] [DUR-06]
  int in_doubt = 0, writes = 1;
  for (;; ++writes) {
    SCOPED_TRACE(writes);
    Parking run({call_of("ship", "s")});
    run.add_parking("ship", Effect::irreversible,
                    [](const std::string&, const tool::Call&) { return tool::ParkFor{1h}; });
    run.store->writes_left = writes;
    auto outcome = run.run();
    bool asleep = outcome.status == RunStatus::waiting;
    if (asleep) run.loop.advance(1h);
    run.new_process();
    outcome = *run.recover();
    if (outcome.reason == "in_doubt") {
      ++in_doubt;
      EXPECT_EQ(run.made.size(), 1u);
    } else if (outcome.status == RunStatus::waiting) {
      run.loop.advance(1h);
      outcome = run.go_on();
      EXPECT_TRUE(outcome.ok());
    }
    if (asleep) break;
    ASSERT_LT(writes, 20);
  }
  EXPECT_EQ(in_doubt, 1) << "between its intent and the entry that says it parked";
}

TEST(ParkedCrash, AsksTheProbeOfACallThatWasCutOff) {  // [DUR-43] [DUR-07]
  Parking run({call_of("ship", "s")});
  run.add_parking("ship", Effect::probeable, [&run](const std::string&, const tool::Call&) {
    if (run.made.size() == 1) run.store->writes_left = 0;
    return tool::ParkFor{1h};
  });
  (void)run.run();
  run.new_process();
  EXPECT_EQ(run.recover()->reason, "timer") << "it did not happen, so it is made again, and parks";
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("s first", "s first", "s time"));
}

TEST(ParkedCrash, TellsOfAnEarlierAttemptWhenTheRunIsCancelledAsleep) {  // [DUR-43] [DUR-06]
  Parking run({call_of("ship", "s")});
  int times = 0;
  run.add(make_tool<ParkingArgs>({.name = "ship", .effect = Effect::irreversible}, [&](const ParkingArgs&) {
    tool::Outcome lost = tool::Unknown{"the line broke"}, parks = tool::ParkFor{1h};
    return ++times == 1 ? lost : parks;
  }));
  run.agent.on_in_doubt = OnInDoubt::retry;
  EXPECT_EQ(run.run().reason, "timer");
  run.post(commands::cancel());
  auto outcome = run.go_on();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(outcome.tool_calls.at(0).state, llm::CallState::in_doubt);
}

TEST(ParkedCrash, ASignalIsTakenOnceWhenTheAnswerOfTheStoreIsLost) {  // [DUR-44]
  Parking run(
      [](std::size_t turn) { return turn < 2 ? calls({call_of("wait", "w" + std::to_string(turn))}) : says("done"); });
  run.add_parking("wait", Effect::irreversible,
                  [](const std::string&, const tool::Call&) { return tool::ParkForSignal{"paid"}; });
  (void)run.run();
  run.signal("paid", 1);
  run.new_process();
  run.store->writes_left = 1;
  (void)run.recover();
  run.new_process();
  EXPECT_EQ(run.recover()->reason, "signal") << "the second call waits for another one";
  EXPECT_THAT(run.told(), ElementsAre("w0 first", "w0 1", "w1 first"));
}

// --- beside something else

TEST(ParkedCrash, InAChildIsWaitedForByItsParent) {  // [DUR-43] [DUR-29]
  struct Sleeping : Parking {
    Sleeping()
        : Parking([](const llm::Request& request, std::size_t turn) {
            bool parent = request.system == "parent";
            if (parent && turn == 0) return calls({{"c", "agent__researcher", R"({"prompt":"find out"})"}});
            if (!parent && turn == 0) return calls({call_of("nap", "a")});
            return says(parent ? "done" : "found");
          }) {
      add_parking("nap", Effect::pure, [](const std::string&, const tool::Call&) { return tool::ParkFor{1h}; });
      auto researcher = named("researcher", "child");
      researcher.tools = {"nap"};
      agent = named("boss", "parent");
      agent.sub_agents = {researcher};
    }
  } run;
  EXPECT_EQ(run.run().reason, "child");
  journal::RunFilter below;
  below.parent = "run";
  auto child = run.loop.run(run.store->inner().list(below)).at(0);
  EXPECT_EQ(child.reason, "timer");
  run.new_process();
  EXPECT_FALSE(run.is_claimable());
  run.loop.advance(1h);
  EXPECT_FALSE(run.is_claimable()) << "its child comes first";

  EXPECT_TRUE(run.is_claimable(child.id.str()));
  EXPECT_TRUE(run.recover(child.id.str())->ok());
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.results(), ElementsAre("found"));
}

TEST(ParkedCrash, BesideACallInDoubtIsWokenAndMadeWhenThatIsSettled) {  // [DUR-43] [DUR-06]
  Parking run({call_of("nap", "a"), call_of("act", "b")});
  run.add_parking("nap", Effect::pure, [](const std::string&, const tool::Call&) { return tool::ParkFor{1h}; });
  auto& act = run.add_tool("act", Effect::irreversible);
  act.change().order = tool::Order::parallel;
  act.act = [] { return tool::Unknown{"the line broke"}; };

  auto waits = run.run();
  EXPECT_EQ(waits.reason, "in_doubt");
  EXPECT_EQ(waits.wake_at, run.now() + 1h);
  run.loop.advance(1h);
  EXPECT_EQ(run.go_on().reason, "in_doubt");
  EXPECT_THAT(run.told(), ElementsAre("a first"));
  EXPECT_FALSE(run.is_claimable()) << "it is woken once";
  run.post(commands::resolve({0, 1}, Resolution::completed, "it did"));
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("a first", "a time"));
  EXPECT_THAT(run.results(), ElementsAre("a after time", "it did"));
}

// Many in many calls, in any order: each signal goes to one call, and none is lost.
TEST(ParkedCrash, ManySignalsGoEachToOneCall) {  // [DUR-44] [DUR-33]
  std::vector<llm::ToolCall> batch;
  for (int i = 0; i < 20; ++i) batch.push_back(call_of("wait", "w" + std::to_string(i)));
  Parking run(batch);
  run.add_parking("wait", Effect::pure, [](const std::string& id, const tool::Call&) {
    return tool::ParkForSignal{"s" + std::to_string(id.back() % 3)};
  });
  auto outcome = run.run();
  int sent = 0;
  for (int rounds = 0; !is_terminal(outcome.status) && rounds < 20; ++rounds) {
    for (int name = 0; name < 3; ++name) run.signal("s" + std::to_string(name), sent++);
    outcome = run.go_on();
  }
  EXPECT_TRUE(outcome.ok());
  std::vector<std::string> how;
  for (const auto& each : run.made)
    if (each.how != "first") how.push_back(each.how);
  std::ranges::sort(how);
  EXPECT_EQ(std::ranges::adjacent_find(how), how.end()) << "one was given to two calls";
  EXPECT_EQ(how.size(), 20u);
  EXPECT_EQ(outcome.unheard.size(), static_cast<std::size_t>(sent) - 20);
}

}  // namespace
}  // namespace executus::run
