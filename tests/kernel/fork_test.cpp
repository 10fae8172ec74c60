// A new run from a step of a stored one: what was done stays done, what comes after is asked and done anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/answering.hpp>
#include <executus/run/forking.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/forked_test.hpp"
#include "kernel/parking_test.hpp"
#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Fork, AsksAtEveryStepWhatTheRunAskedThere) {  // [API-13] [DUR-30]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  auto original = run.model->requests;
  for (int steps = 0; steps <= 4; ++steps) {
    auto id = "fork" + std::to_string(steps);
    run.model->requests.clear();
    ASSERT_EQ(fork(run, after(steps, id)).steps, steps);

    auto outcome = run.recover(id);

    ASSERT_TRUE(outcome && outcome->ok()) << steps;
    EXPECT_EQ(outcome->output, "done");
    ASSERT_EQ(run.model->requests.size(), static_cast<std::size_t>(4 - steps))
        << "what was answered is not bought again";
    for (std::size_t i = 0; i < run.model->requests.size(); ++i) {
      const auto& now = run.model->requests[i].messages;
      const auto& then = original[i + static_cast<std::size_t>(steps)].messages;
      ASSERT_EQ(now.size(), then.size());
      for (std::size_t m = 0; m < now.size(); ++m) EXPECT_EQ(llm::to_json(now[m]), llm::to_json(then[m]));
    }
    EXPECT_EQ(outcome->usage.input, 10 * (4 - steps)) << "what was taken over was paid by the other run";
    EXPECT_EQ(outcome->iterations, 4);
  }
  EXPECT_EQ(run.total_effects(), 3 + 3 + 2 + 1) << "calls after the step are calls of the fork, with keys of its own";
  EXPECT_EQ(run.loop.run(run.store->find(*RunId::parse("fork2")))->forked_from, "run");
}

TEST(Fork, OfADryRunMakesNothing) {  // [API-13]
  Steps run;
  ASSERT_TRUE(run.run().ok());

  EXPECT_EQ(fork(run, after(2), DryRun::yes).steps, 2);

  EXPECT_FALSE(run.loop.run(run.store->find(*RunId::parse("fork"))));
}

TEST(Fork, IsMadeOnceUnderAnId) {  // [API-13] [DUR-28]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  EXPECT_TRUE(fork(run, after(2)).created);
  EXPECT_FALSE(fork(run, after(2)).created);

  EXPECT_EQ(code_of_fork(run, after(1)), "submission.conflict");
  EXPECT_EQ(code_of_fork(run, after(2, "run")), "submission.conflict");
}

TEST(Fork, HasTheStepsThatTheRunHas) {  // [API-13]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(code_of_fork(run, after(5)), "fork.step");
  EXPECT_EQ(code_of_fork(run, after(-1)), "fork.step");
  auto unknown = [&] { return run.loop.run(fork_run(*run.executor, *run.store, *RunId::parse("gone"), after(0))); };
  EXPECT_THROW((void)unknown(), Error);
}

TEST(Fork, TakesAnotherPromptAndAnotherResult) {  // [API-13]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  auto options = after(2);
  options.prompt = "do something else";
  options.results = {{"c0", "nothing there"}};
  fork(run, options);
  run.model->requests.clear();

  EXPECT_TRUE(run.recover("fork")->ok());

  const auto& messages = run.model->requests.front().messages;
  EXPECT_EQ(messages[0].text(), "do something else");
  EXPECT_EQ(messages[2].tool_results[0].text, "nothing there");
  EXPECT_EQ(messages[4].tool_results[0].text, "did it") << "the others stay";
  options.results = {{"c2", "of a later step"}};
  EXPECT_EQ(code_of_fork(run, options), "fork.call");
}

// What is in doubt may have happened: a fork must not do it again unasked.
TEST(Fork, RefusesWhatMayHaveHappened) {  // [API-13] [DUR-05]
  Steps run(tool::Effect::irreversible);
  run.act.act = [] { return tool::Unknown{"the line is dead"}; };
  ASSERT_EQ(run.run().reason, "in_doubt");
  EXPECT_EQ(code_of_fork(run, after(1)), "fork.in_doubt");
  auto options = after(1);
  options.results = {{"c0", "it did"}};
  run.act.act = nullptr;

  fork(run, options);

  auto outcome = run.recover("fork");
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(run.model->requests[1].messages.back().tool_results[0].text, "it did");
  EXPECT_EQ(fork(run, after(0, "before")).steps, 0) << "before it there is no doubt";
}

// Delegates, then asks whether it may act, then answers.
llm::Response asking_family(const llm::Request& request, std::size_t turn) {
  bool parent = request.system == "parent";
  if (parent && turn == 1) return calls({{"a", "look", R"({"n":1})"}});
  return family(request, turn);
}

struct AskingFamily : Family {
  AskingFamily() : Family(asking_family, tool::Effect::keyed) {
    agent.permissions.ask = {"look"}, agent.tools = {"look"};
  }
  std::vector<journal::RunRow> children_of(std::string parent) {
    journal::RunFilter filter;
    filter.parent = std::move(parent);
    return loop.run(store->inner().list(filter));
  }
};

TEST(Fork, FromBeforeAQuestionAsksItAgainAndSeesTheChildrenOfThen) {  // [API-13] [DUR-36] [DUR-30]
  AskingFamily run;
  ASSERT_EQ(run.run().reason, "approval");
  approve(run, "run");
  ASSERT_TRUE(run.recover()->ok());
  ASSERT_EQ(run.total_effects(), 2);

  fork(run, after(1));
  EXPECT_EQ(run.recover("fork")->reason, "approval") << "the earlier approval counts for the earlier call";
  EXPECT_THAT(run.last_parent_request().messages.back().tool_results[0].text, HasSubstr("found: find out"));
  EXPECT_THAT(run.children_of("fork"), IsEmpty()) << "what the child found was taken in";
  EXPECT_EQ(run.total_effects(), 2);
  approve(run, "fork");
  EXPECT_TRUE(run.recover("fork")->ok());
  EXPECT_EQ(run.total_effects(), 3);

  fork(run, after(2, "behind"));
  EXPECT_TRUE(run.recover("behind")->ok()) << "behind the approval nothing is asked";
  EXPECT_EQ(run.total_effects(), 3);

  fork(run, after(0, "anew"));
  EXPECT_EQ(run.recover("anew")->reason, "approval");
  EXPECT_EQ(run.children_of("anew").size(), 1u) << "a child of its own";
  EXPECT_EQ(run.total_effects(), 4);
}

TEST(Fork, InTheMiddleOfAQuestionAsksItAgain) {  // [API-13] [DUR-36]
  AskingFamily run;
  ASSERT_EQ(run.run().reason, "approval");
  approve(run, "run");
  run.store->writes_left = 1;  // the approval is taken in, and the process dies
  (void)run.recover();
  run.new_process();
  ASSERT_THAT(run.kinds(), Contains("approved"));

  auto forked = fork(run, after(2));

  EXPECT_THAT(forked.begun_anew, ElementsAre("a"));
  EXPECT_EQ(run.recover("fork")->reason, "approval");
  EXPECT_THAT(run.kinds("fork"), Not(Contains("approved")));
}

TEST(Fork, BeginsUnfinishedDelegationsAnew) {  // [API-13] [DUR-29]
  AskingFamily run;
  run.sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
  ASSERT_EQ(run.run().reason, "child");

  auto forked = fork(run, after(1));

  EXPECT_THAT(forked.begun_anew, ElementsAre("c"));
  EXPECT_EQ(run.recover("fork")->reason, "child");
  ASSERT_EQ(run.children_of("fork").size(), 1u);
  EXPECT_NE(run.children_of("fork")[0].id, run.children()[0].id);
}

TEST(Fork, BeginsAParkedCallAnewAndKeepsOneThatIsOver) {  // [API-13] [DUR-43] [DUR-44]
  Parking run(
      [](std::size_t turn) { return turn < 2 ? calls({call_of("wait", "w" + std::to_string(turn))}) : says("done"); });
  run.add_parking("wait", tool::Effect::irreversible,
                  [](const auto&, const tool::Call&) { return tool::ParkForSignal{"paid"}; });
  ASSERT_EQ(run.run().reason, "signal");
  run.signal("paid", 1);
  ASSERT_EQ(run.go_on().reason, "signal");
  ASSERT_THAT(run.told(), ElementsAre("w0 first", "w0 1", "w1 first"));
  run.made.clear();

  auto forked = fork(run, after(2));

  EXPECT_THAT(forked.begun_anew, ElementsAre("w1"));
  EXPECT_EQ(run.recover("fork")->reason, "signal");
  EXPECT_THAT(run.told(), ElementsAre("w1 first")) << "it is a call of the fork, and waits for a signal of its own";
  auto options = after(2, "given");
  options.results = {{"w1", "it was paid"}};
  fork(run, options);
  EXPECT_TRUE(run.recover("given")->ok());
  EXPECT_THAT(run.results(), ElementsAre("w0 after 1", "it was paid"));
  EXPECT_EQ(run.made.size(), 1u);
}

TEST(Fork, HasNoSignalsOfTheOtherRun) {  // [API-13] [DUR-44] [DUR-40]
  bool broken = true;
  Parking run([&](std::size_t) {
    if (std::exchange(broken, false)) throw failed("model.failed", "out of order");
    return says("done");
  });
  run.model->on_call = [&] {
    if (broken) run.signal("paid");
  };
  ASSERT_THAT(run.run().unheard, ElementsAre("signal paid"));
  ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);
  ASSERT_THAT(run.recover()->unheard, ElementsAre("signal paid"));

  fork(run, after(1));

  EXPECT_THAT(run.recover("fork")->unheard, IsEmpty());
}

TEST(Fork, RefusesAParkedCallOfWhichAnAttemptBeforeMayHaveHappened) {  // [API-13] [DUR-43] [DUR-05]
  using namespace std::chrono_literals;
  Parking run({call_of("pay", "a")});
  bool unclear = true;
  run.add_parking("pay", tool::Effect::irreversible, [&](const auto&, const tool::Call&) -> tool::Outcome {
    if (std::exchange(unclear, false)) return tool::Unknown{"the line is dead"};
    return tool::ParkFor{1h};
  });
  ASSERT_EQ(run.run().reason, "in_doubt");
  run.post(commands::resolve({0, 0}, Resolution::retry, ""));
  ASSERT_EQ(run.go_on().reason, "timer");

  EXPECT_EQ(code_of_fork(run, after(1)), "fork.in_doubt");
}

TEST(Fork, OfADryRunRefusesAnIdThatAnotherRunHas) {  // [API-13] [DUR-28]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  EXPECT_TRUE(fork(run, after(2)).created);
  auto refused = [&](ForkOptions options) {
    try {
      (void)fork(run, std::move(options), DryRun::yes);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };

  EXPECT_EQ(refused(after(1)), "submission.conflict");
  EXPECT_EQ(refused(after(2, "run")), "submission.conflict");
  EXPECT_FALSE(fork(run, after(2), DryRun::yes).created) << "it was made before";
  EXPECT_TRUE(fork(run, after(2, "other"), DryRun::yes).created);
}

TEST(Fork, OfARunThatLostItsJournalIsRefused) {  // [API-13] [DUR-21]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  run.store->is_blank = true;
  EXPECT_EQ(code_of_fork(run, after(0)), "journal.malformed");
}

TEST(Fork, IsARunOfItsOwnOfTheSameCaller) {  // [API-13]
  AskingFamily run;
  auto asked = run.invocation("run");
  asked.caller = "ada";
  asked.delivery = {"chat", "42"};
  run.agent.durability = Durability::relaxed;
  ASSERT_EQ(run.loop.run(run.executor->run(run.agent, std::move(asked))).reason, "approval");

  fork(run, after(0));
  auto of_child = after(0, "of-child");
  auto child = run.children()[0].id;
  (void)run.loop.run(fork_run(*run.executor, *run.store, child, of_child));

  auto row = *run.loop.run(run.store->find(*RunId::parse("fork")));
  EXPECT_EQ(row.caller, "ada");
  EXPECT_EQ(row.durability, Durability::relaxed);
  auto invocation_of = [&](const char* id) {
    return std::get<journal::Admitted>(run.entries(id)[0].payload).invocation;
  };
  EXPECT_TRUE(invocation_of("run").contains("delivery"));
  EXPECT_FALSE(invocation_of("fork").contains("delivery")) << "what the run delivers, that one delivers";
  EXPECT_EQ(run.loop.run(run.store->find(of_child.run_id))->parent, "");
  EXPECT_EQ(invocation_of(child.str().c_str()).at("parent"), "run");
  EXPECT_TRUE(invocation_of(child.str().c_str()).contains("ancestors"));
  EXPECT_EQ(invocation_of("of-child").at("parent"), "");
  EXPECT_FALSE(invocation_of("of-child").contains("ancestors"));
}

TEST(Fork, ThatFailsAtOnceEndsInError) {  // [API-13]
  Steps run;
  ASSERT_TRUE(run.run().ok());
  fork(run, after(2));
  run.model->on_call = [] { throw failed("model.failed", "out of order"); };

  EXPECT_EQ(run.recover("fork")->status, RunStatus::error) << "it is not left for another try, as a new run is not";
}

}  // namespace
}  // namespace executus::run
