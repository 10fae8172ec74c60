#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A run whose tool was killed in the middle of its call: it is not known whether it happened.
class InDoubt : public CliProgram {
 protected:
  void SetUp() override {
    agent("shop", "  - {calls: [{tool: charge, arguments: {amount: 3}}]}\n  - text: Charged.\n", R"(command_tools:
  - {name: charge, description: Charges., command: [sh, -c, "echo x >> charges; kill -9 $$"], cwd: ., parameters: {type: object}}
)");
    auto finished = run({"run", "shop", "charge it", "--run-id", "r1", "--json"});
    ASSERT_EQ(finished.exit, 3) << finished.out << finished.err;
    ASSERT_EQ(finished.json().at("reason"), "in_doubt");
  }
  std::string state() { return std::string(show("r1").at("tool_calls").at(0).at("state").as_string()); }
};

TEST_F(InDoubt, IsListedWithTheCommandsThatSettleIt) {  // [DUR-06]
  EXPECT_EQ(state(), "in_doubt");
  EXPECT_THAT(run({"runs", "pending"}).out,
              AllOf(HasSubstr("r1"), HasSubstr("charge"), HasSubstr("executus runs resolve r1 --completed")));
  auto pending = run({"runs", "pending", "--json"}).json();
  EXPECT_EQ(pending.at(0).at("run_id"), "r1");
  EXPECT_EQ(pending.at(0).at("calls").at(0).at("tool"), "charge");
  auto recovered = run({"recover"});
  EXPECT_EQ(recovered.exit, 3) << "nothing to do without a decision, and it waits";
  EXPECT_EQ(recovered.out, "nothing is due\n");
  EXPECT_THAT(recovered.err, AllOf(HasSubstr("1 run waits and is not due"), HasSubstr("r1  shop  in_doubt")));
  EXPECT_EQ(run({"recover", "r1"}).exit, 3);
}

TEST_F(InDoubt, CompletedGivesTheModelTheResult) {  // [DUR-06]
  auto resolved = run({"runs", "resolve", "r1", "--completed", R"({"id": 17})"});

  EXPECT_EQ(resolved.exit, 0) << resolved.err;
  EXPECT_THAT(resolved.out, HasSubstr("executus recover r1"));
  auto recovered = run({"recover", "r1", "--json"});
  EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  EXPECT_EQ(state(), "done");
  EXPECT_EQ(show("r1").at("output"), "Charged.");
  EXPECT_EQ(show("r1").at("messages").at(2).at("results").at(0).at("text"), R"({"id":17})");
  EXPECT_EQ(read("charges"), "x\n") << "the effect was repeated";
}

TEST_F(InDoubt, ACompletedResultKeepsItsDigits) {
  ASSERT_EQ(
      run({"runs", "resolve", "r1", "--completed", R"({"id": 12345678901234567890123, "paid": 19.90, "by": "a b"})"})
          .exit,
      0);
  ASSERT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(show("r1").at("messages").at(2).at("results").at(0).at("text"),
            R"({"id":12345678901234567890123,"paid":19.90,"by":"a b"})");
}

TEST_F(InDoubt, AJsonStringIsItsText) {
  ASSERT_EQ(run({"runs", "resolve", "r1", "--completed", "\"paid\""}).exit, 0);
  ASSERT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(show("r1").at("messages").at(2).at("results").at(0).at("text"), "paid");
}

TEST_F(InDoubt, FailedTellsTheModelWhy) {  // [DUR-06]
  ASSERT_EQ(run({"runs", "resolve", "@last", "--failed", "card declined"}).exit, 0);
  ASSERT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(state(), "failed");
  EXPECT_EQ(show("r1").at("messages").at(2).at("results").at(0).at("text"), "card declined");
}

TEST_F(InDoubt, RetrySendsItAgain) {  // [DUR-06]
  ASSERT_EQ(run({"runs", "resolve", "r1", "--retry"}).exit, 0);

  EXPECT_EQ(run({"recover"}).exit, 3) << "the tool is killed again";
  EXPECT_EQ(read("charges"), "x\nx\n");
  EXPECT_EQ(show("r1").at("tool_calls").at(0).at("dispatches"), 2);
}

TEST_F(InDoubt, TheCallMayBeNamed) {
  std::string call(show("r1").at("tool_calls").at(0).at("call_id").as_string());

  auto wrong = run({"runs", "resolve", "r1", "--call", "no-such-call", "--retry"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr(call));
  EXPECT_EQ(run({"runs", "resolve", "r1", "--call", call, "--failed", "no"}).exit, 0);
}

TEST_F(InDoubt, OneDecisionIsTaken) {
  EXPECT_EQ(run({"runs", "resolve", "r1"}).exit, 2);
  EXPECT_EQ(run({"runs", "resolve", "r1", "--retry", "--failed", "x"}).exit, 2);
  EXPECT_EQ(run({"runs", "resolve", "r1", "--completed", "{broken"}).exit, 2);
  EXPECT_EQ(state(), "in_doubt");
}

TEST_F(InDoubt, ARunThatHasEndedIsNotResolved) {
  ASSERT_EQ(run({"runs", "resolve", "r1", "--failed", "no"}).exit, 0);
  ASSERT_EQ(run({"recover"}).exit, 0);

  for (const Arguments& late : {Arguments{"runs", "resolve", "r1", "--failed", "no"}, {"runs", "approve", "r1"}}) {
    auto again = run(late);
    EXPECT_EQ(again.exit, 2);
    EXPECT_THAT(again.err, HasSubstr("run r1 has ended (ok): it asks nothing any more"));
  }
}

TEST_F(InDoubt, IsNamedWhereAnotherAnswerIsGiven) {  // [DUR-06]
  auto approved = run({"runs", "approve", "r1"});

  EXPECT_EQ(approved.exit, 2);
  EXPECT_THAT(approved.err, AllOf(HasSubstr("what it asks instead is answered by"),
                                  HasSubstr("executus runs resolve r1 --completed")));
}

// A recovery leaves it alone.
TEST_F(InDoubt, AQuarantinedRunIsResumedOnceItIsAnswered) {  // [DUR-06] [DUR-16]
  sqlite::Connection(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000))
      .execute("UPDATE runs SET status='quarantined', reason='as the test says'");

  EXPECT_THAT(run({"runs", "resolve", "r1", "--failed", "no"}).out, HasSubstr("\n  executus runs resume r1\n"));
  EXPECT_THAT(run({"runs", "resolve", "r1", "--retry"}).err, HasSubstr("\n  executus runs resume r1\n"));
  EXPECT_THAT(run({"runs", "pending"}).out, ::testing::Not(HasSubstr("the next recovery goes on with it")));
  EXPECT_EQ(run({"runs", "resume", "r1"}).exit, 0);
}

TEST_F(InDoubt, MayBeCancelled) {  // [DUR-38]
  auto cancelled = run({"runs", "cancel", "r1"});

  EXPECT_EQ(cancelled.exit, 0);
  EXPECT_EQ(cancelled.out, "cancelled r1\n");
  EXPECT_EQ(show("r1").at("status"), "cancelled");
  EXPECT_EQ(run({"runs", "wait", "r1"}).exit, 7);
  EXPECT_EQ(run({"runs", "cancel", "r1"}).exit, 2);
}

}  // namespace
}  // namespace executus::testing
