// More runs without a live worker, or that wait, than a listing or a recovery looks at in one go.
#include "cli_program.hpp"
#include "store/sqlite/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ManyDueRuns : public CliProgram {
 protected:
  // 100,001 runs, as processes that died have left them; the newest is left-100001.
  void leave_many(const std::string& status = "running", const std::string& reason = "") {
    agent("a", "  - text: hi\n");
    ASSERT_EQ(run({"run", "a", "go"}).exit, 0);
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    database.execute(("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100001) "
                      "INSERT INTO runs(epoch, last_seq, status, reason, durability, attempts, fruitless, updated, "
                      "created, run_id, agent, caller, parent, fingerprint) SELECT 1, 1, '" +
                      status + "', '" + reason + "', 'strict', 1, 1, 0, 0, 'left-'||i, 'a', '', '', '' FROM n")
                         .c_str());
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

TEST_F(ManyDueRuns, ThatWaitAreCountedAsFarAsTheyWereLookedAt) {
  leave_many("waiting", "approval");

  EXPECT_THAT(run({"recover"}).err, HasSubstr("100000 or more runs wait and are not due"));
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
