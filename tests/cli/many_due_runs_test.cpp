// More runs without a live worker, or that wait, than a listing or a recovery looks at in one go.
#include <csignal>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ManyDueRuns : public CliProgram {
 protected:
  // 100,001 runs, as processes that died have left them; the newest is left-100001.
  void leave_many(const std::string& status = "running", const std::string& reason = "") {
    agent("a", "  - text: hi\n");
    ASSERT_EQ(run({"run", "a", "go"}).exit, 0);
    change(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100001) "
        "INSERT INTO runs(epoch, last_seq, status, reason, durability, attempts, fruitless, updated, "
        "created, run_id, agent, caller, parent, root, fingerprint) SELECT 1, 1, '" +
        status + "', '" + reason +
        "', 'strict', 1, 1, 0, (SELECT max(created) FROM runs), 'left-'||i, 'a', '', '', 'left-'||i, '' FROM n");
  }
  void change(const std::string& sql) {
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    database.execute(sql.c_str());
  }
};

TEST_F(ManyDueRuns, AreEachToldAsLeft) {
  leave_many();

  for (const Arguments& listing : {Arguments{"runs", "list", "--limit", "1"}, Arguments{"runs", "tree", "left-100001"}})
    EXPECT_THAT(run(listing).out, AllOf(HasSubstr("left-100001"), HasSubstr("running (left for recovery)")));
}

TEST_F(ManyDueRuns, AreCountedAsFarAsTheyWereLookedAt) {
  leave_many();

  EXPECT_THAT(run({"runs", "pending"}).err, HasSubstr("100000 or more runs need no answer to go on"));
}

TEST_F(ManyDueRuns, AreListedAsFarAsTheyWereLookedAt) {
  leave_many();

  EXPECT_THAT(run({"recover", "--dry-run", "-q"}).err, HasSubstr("these are the oldest 100000; a recovery takes up"));
}

TEST_F(ManyDueRuns, ThatWaitAreCountedAll) {
  leave_many("waiting", "approval");

  EXPECT_THAT(run({"recover"}).err, HasSubstr("100001 runs wait and are not due"));
}

TEST_F(ManyDueRuns, BelowOneAreToldAsFarAsTheyWereLookedAt) {
  leave_many();
  agent("top", "  - {calls: [{tool: note, arguments: {}}]}\n",
        "permissions: {ask: [note]}\ncommand_tools:\n  - {name: note, description: Notes., command: [\"true\"], "
        "parameters: {type: object}}\n");
  ASSERT_EQ(run({"run", "top", "go", "--run-id", "top"}).exit, 3);
  change("UPDATE runs SET parent='top' WHERE run_id LIKE 'left-%'");

  auto tree = run({"runs", "tree", "top"});
  auto plan = run({"runs", "cancel", "top", "--dry-run", "-q"});

  EXPECT_THAT(tree.out, AllOf(HasSubstr("left-100000 "), Not(HasSubstr("left-100001 "))));
  EXPECT_THAT(tree.err, HasSubstr("there are more runs below top than these 100000"));
  EXPECT_THAT(plan.err, HasSubstr("only the oldest 100000 runs below top were looked at"));
}

TEST_F(ManyDueRuns, ThatAnotherWorkerHoldsAreCountedAll) {
  agent("slow", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n",
        "command_tools:\n  - {name: hang, description: Waits., command: [sh, -c, \"touch hangs; exec sleep 1000\"], "
        "cwd: ., effect: pure}\n");
  auto holder = start({"run", "slow", "go", "--run-id", "held"});
  until_exists("hangs");
  leave_many();
  change("UPDATE runs SET worker=(SELECT worker FROM runs WHERE run_id='held') WHERE run_id LIKE 'left-%'");

  auto recovered = run({"recover"});

  EXPECT_THAT(recovered.err, AllOf(HasSubstr("100002 runs are held by other workers"), HasSubstr("and 99992 more")));
  holder->signal(SIGKILL);
}

TEST_F(ManyDueRuns, DoNotHideTheRunThatANamedOneWakes) {  // [DUR-29]
  leave_many();
  agent("kid", "  - {calls: [{tool: note, arguments: {}}]}\n  - text: Noted.\n",
        "permissions: {ask: [note]}\ncommand_tools:\n  - {name: note, description: Notes., command: [\"true\"], "
        "parameters: {type: object}}\n");
  agent("boss", "  - {calls: [{tool: agent__kid, arguments: {prompt: note it}}]}\n  - text: Done.\n",
        "agents: [kid]\n");
  ASSERT_EQ(run({"run", "boss", "go", "--run-id", "mine"}).exit, 3);
  std::string kid(run({"runs", "tree", "mine", "--json"}).json().at("children").at(0).at("run_id").as_string());
  ASSERT_EQ(run({"runs", "approve", kid}).exit, 0);

  EXPECT_EQ(run({"recover", kid}).exit, 0);

  EXPECT_EQ(show("mine").at("output"), "Done.");
}

}  // namespace
}  // namespace executus::testing
