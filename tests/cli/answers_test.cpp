// A person's word counts once.
#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(CliProgram, ARejectAfterAnApproveIsRefused) {  // [DUR-32]
  agent("shop", "  - {calls: [{tool: charge, arguments: {amount: 3}}]}\n  - text: Charged.\n",
        R"(permissions: {ask: [charge]}
command_tools:
  - {name: charge, description: Charges., command: [sh, -c, "echo x >> charges; echo paid"], cwd: ., parameters: {type: object}}
)");
  ASSERT_EQ(run({"run", "shop", "charge it", "--run-id", "r1"}).exit, 3);
  ASSERT_EQ(run({"runs", "approve", "r1"}).exit, 0);

  auto second = run({"runs", "reject", "r1", "--reason", "stop"});

  EXPECT_EQ(second.exit, 2) << second.out;
  EXPECT_THAT(second.err, AllOf(HasSubstr("already answered: approved"), HasSubstr("executus recover r1")));
  auto recovered = run({"recover"});
  EXPECT_EQ(recovered.exit, 0);
  EXPECT_THAT(recovered.err, ::testing::Not(HasSubstr("dropped")));
  EXPECT_EQ(read("charges"), "x\n");
}

TEST_F(CliProgram, AQuestionOfAModelIsAnsweredInText) {  // [DUR-36] [DUR-32]
  agent("painter", "  - {calls: [{tool: ask_user, arguments: {question: Which colour}}]}\n  - text: Painted.\n",
        "tools: [ask_user]\n");
  auto waits = run({"run", "painter", "paint it", "--run-id", "r1"});
  ASSERT_EQ(waits.exit, 3);
  EXPECT_THAT(waits.err, HasSubstr("executus runs approve r1 --answer '<answer>'"));
  auto yes = run({"runs", "approve", "r1"});
  EXPECT_EQ(yes.exit, 2);
  EXPECT_THAT(yes.err, HasSubstr("--answer TEXT"));
  EXPECT_EQ(run({"runs", "approve", "r1", "--answer", "blue"}).exit, 0);
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("blue"));
}

TEST_F(CliProgram, ASecondResolutionIsRefused) {  // [DUR-06] [DUR-38]
  agent("shop", "  - {calls: [{tool: charge, arguments: {}}]}\n  - text: Charged.\n", R"(command_tools:
  - {name: charge, description: Charges., command: [sh, -c, "kill -9 $$"], parameters: {type: object}}
)");
  ASSERT_EQ(run({"run", "shop", "charge it", "--run-id", "r1"}).exit, 3);
  ASSERT_EQ(run({"runs", "resolve", "r1", "--completed", "paid"}).exit, 0);

  auto second = run({"runs", "resolve", "r1", "--failed", "no", "--json"});
  auto third = run({"runs", "resolve", "r1", "--retry"});

  EXPECT_EQ(second.exit, 2);
  EXPECT_EQ(second.json().at("error_code"), "cli.answered");
  EXPECT_EQ(third.exit, 2);
  EXPECT_THAT(third.err, HasSubstr("already answered: completed"));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show("r1").at("messages").at(2).at("results").at(0).at("text"), "paid");
}

}  // namespace
}  // namespace executus::testing
