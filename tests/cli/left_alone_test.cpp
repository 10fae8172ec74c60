// Runs that a recovery does not take up: what it says of them, and that others go on.
#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LeftAlone : public CliProgram {
 protected:
  void write_charging_agent(const std::string& token) {
    agent("shop", "  - {calls: [{tool: charge, arguments: {}}]}\n  - text: Charged.\n",
          "http_tools:\n  - {name: charge, description: Charges., url: \"http://127.0.0.1:1/charge\", "
          "allow_private_network: true, parameters: {type: object}, headers: {Authorization: \"Bearer " +
              token + "\"}}\n");
  }
  // Entry `seq` of run r1 as a fault of the disk, or another program, leaves it.
  void damage(int seq, const std::string& change) {
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    database.execute(("UPDATE entries SET " + change + " WHERE seq=" + std::to_string(seq) +
                      " AND run=(SELECT id FROM runs WHERE run_id='r1')")
                         .c_str());
  }
};

TEST_F(LeftAlone, ARunWhoseSecretIsMissing) {  // [DUR-39]
  write_charging_agent("${CHARGE_TOKEN}");
  environment_["CHARGE_TOKEN"] = "t0p-s3cret";
  ASSERT_EQ(run({"run", "shop", "go", "--detach", "--run-id", "r1"}).exit, 0);
  environment_.erase("CHARGE_TOKEN");

  auto recovered = run({"recover"});

  EXPECT_EQ(recovered.exit, 3) << recovered.err;
  EXPECT_THAT(recovered.out, AllOf(HasSubstr("not taken up"), HasSubstr("tool 'charge'"), HasSubstr("CHARGE_TOKEN")));
  EXPECT_EQ(show("r1").at("attempts"), 0);
  EXPECT_THAT(run({"runs", "pending"}).err,
              AllOf(HasSubstr("1 run lacks something here to go on"), Not(HasSubstr("no answer to go on"))));
  for (const char* for_programs : {"--json", "--quiet"}) EXPECT_EQ(run({"runs", "pending", for_programs}).err, "");
  environment_["CHARGE_TOKEN"] = "t0p-s3cret";
  EXPECT_THAT(run({"runs", "pending"}).err, HasSubstr("1 run needs no answer to go on"));
  EXPECT_EQ(run({"recover"}).exit, 0);
}

TEST_F(LeftAlone, AFreshRunWhoseSecretIsMissingIsRefused) {  // [DUR-39]
  for (const char* token : {"${CHARGE_TOKEN}", "${CHARGE_TOKEN"}) {
    write_charging_agent(token);
    auto refused = run({"run", "shop", "go", "--run-id", "r1"});
    EXPECT_EQ(refused.exit, 2) << refused.out << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("charge"));
    EXPECT_THAT(refused.err, AnyOf(HasSubstr("CHARGE_TOKEN"), HasSubstr("no closing }")));
    EXPECT_EQ(run({"runs", "list", "-q"}).out, "") << "nothing was admitted";
  }
}

// What another program wrote into the database is no command to the terminal.
TEST_F(LeftAlone, ARunIsListedAsPrintableText) {
  write_charging_agent("token");
  ASSERT_EQ(run({"run", "shop", "go", "--detach", "--run-id", "r1"}).exit, 0);
  sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
  database.execute("UPDATE runs SET agent='shop'||char(27)||'[31m'||char(10)||'r2'");

  auto listed = run({"recover", "--dry-run"}).out;

  EXPECT_THAT(listed, AllOf(HasSubstr("r1  shop"), Not(HasSubstr("\x1b")), Not(HasSubstr("\nr2"))));
}

// A run that waits, with a damaged third entry, and one beside it that is whole.
class Damaged : public LeftAlone {
 protected:
  void SetUp() override {
    agent("shop", "  - {calls: [{tool: charge, arguments: {}}]}\n  - text: Charged.\n", R"(permissions: {ask: [charge]}
command_tools:
  - {name: charge, description: Charges., command: ["true"], parameters: {type: object}}
)");
    agent("a", "  - text: hi\n");
    ASSERT_EQ(run({"run", "shop", "go", "--run-id", "r1"}).exit, 3);
    ASSERT_EQ(run({"runs", "approve", "r1"}).exit, 0);
    ASSERT_EQ(run({"run", "a", "go", "--run-id", "r2", "--detach"}).exit, 0);
  }
};

TEST_F(Damaged, IsQuarantinedAndHoldsUpNoOther) {  // [DUR-16]
  damage(3, "body='{'");

  auto recovered = run({"recover"});

  EXPECT_EQ(recovered.exit, 1);
  EXPECT_THAT(recovered.out, HasSubstr("quarantined"));
  EXPECT_EQ(show("r2").at("status"), "ok");
  EXPECT_EQ(run({"recover"}).out, "nothing to recover\n");
  EXPECT_EQ(run({"recover", "r1"}).exit, 1) << "named, it says so again";
  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("r1  shop  quarantined"));
}

TEST_F(Damaged, InItsFirstEntryIsQuarantinedToo) {  // [DUR-16]
  damage(1, "body='{'");

  EXPECT_EQ(run({"recover"}).exit, 1);
  EXPECT_EQ(run({"recover"}).out, "nothing to recover\n");
  EXPECT_EQ(show("r2").at("status"), "ok");
}

TEST_F(Damaged, ShowsTheEntriesThatCanBeRead) {  // [DUR-16]
  damage(3, "body='{'");

  auto events = run({"runs", "events", "r1"});
  auto json = run({"runs", "events", "r1", "--json"});

  EXPECT_EQ(events.exit, 2);
  EXPECT_THAT(events.out, AllOf(HasSubstr("admitted"), HasSubstr("opened")));
  EXPECT_THAT(events.err, AllOf(HasSubstr("entry 3"), HasSubstr("malformed")));
  EXPECT_THAT(json.out, AllOf(HasSubstr("\"kind\":\"opened\""), HasSubstr("journal.malformed")));
}

TEST_F(Damaged, IsNotCancelledInVain) {  // [DUR-16]
  damage(3, "body='{'");

  auto cancelled = run({"runs", "cancel", "r1", "--yes"});

  EXPECT_EQ(cancelled.exit, 2) << cancelled.out;
  EXPECT_THAT(cancelled.err, AllOf(HasSubstr("cannot be cancelled"), HasSubstr("executus runs events r1")));
}

// Every command says which run it is, why, and what can be done; none is named that would be refused.
TEST_F(Damaged, IsToldByEveryCommand) {  // [DUR-16]
  damage(3, "body='{'");

  for (const Arguments& command :
       {Arguments{"runs", "show", "r1"}, Arguments{"runs", "approve", "r1"},
        Arguments{"runs", "resolve", "r1", "--retry"}, Arguments{"runs", "steer", "r1", "hello"},
        Arguments{"runs", "resume", "r1"}, Arguments{"runs", "digest", "r1"}, Arguments{"runs", "wait", "r1"}}) {
    auto refused = run(command);
    EXPECT_EQ(refused.exit, 2) << command.at(1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("run r1 cannot be "), HasSubstr("`executus runs events r1`")));
  }
  EXPECT_THAT(run({"recover", "r1"}).out,
              AllOf(HasSubstr("executus runs events r1"), Not(HasSubstr("runs resume")), Not(HasSubstr("cancel"))));
  EXPECT_THAT(run({"runs", "pending"}).out,
              AllOf(HasSubstr("executus runs events r1"), Not(HasSubstr("resume")), Not(HasSubstr("cancel"))));
}

TEST_F(Damaged, AnEntryOfANewerVersionIsLeftToThatVersion) {  // [DUR-39]
  damage(3, "kind=99");

  for (int pass = 0; pass < 5; ++pass) {
    auto recovered = run({"recover", "r1"});
    EXPECT_EQ(recovered.exit, 3) << recovered.out << recovered.err;
    EXPECT_THAT(recovered.out, AllOf(HasSubstr("not taken up"), HasSubstr("newer")));
  }
  EXPECT_THAT(run({"runs", "list"}).out, Not(HasSubstr("quarantined")));
  EXPECT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 2);
}

TEST_F(Damaged, ARunOfAnOlderVersionIsLeftToThatVersion) {  // [DUR-39]
  damage(1, "body=replace(body, '\"format\":2', '\"format\":1')");

  auto recovered = run({"recover", "r1"});
  EXPECT_EQ(recovered.exit, 3) << recovered.out << recovered.err;
  EXPECT_THAT(recovered.out, AllOf(HasSubstr("not taken up"), HasSubstr("an older executus")));
  auto pending = run({"runs", "pending"});
  EXPECT_THAT(pending.err, HasSubstr("1 run lacks something here"));
  EXPECT_THAT(pending.out, AllOf(HasSubstr("it cannot go on here: the run was written by an older executus"),
                                 Not(HasSubstr("executus recover r1")), Not(HasSubstr("executus runs cancel r1"))));
  EXPECT_THAT(run({"runs", "list"}).out, Not(HasSubstr("quarantined")));
  EXPECT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 2);
  EXPECT_THAT(run({"runs", "steer", "r1", "hello"}).err, HasSubstr("run r1 cannot be steered here: the run was"));
}

TEST_F(Damaged, ADoctorTellsOfRunsOfAnOlderVersion) {  // [DUR-39]
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  EXPECT_EQ(run({"doctor", "--json"}).json().at("store").at("runs_of_other_versions"), 0);
  damage(1, "body=replace(body, '\"format\":2', '\"format\":1')");

  auto doctor = run({"doctor"});
  auto store = run({"doctor", "--json"}).json().at("store");

  EXPECT_EQ(doctor.exit, 0) << "other runs are well";
  EXPECT_THAT(doctor.out, AllOf(HasSubstr("r1 was written by another version"), HasSubstr("start anew")));
  EXPECT_EQ(store.at("runs_of_other_versions"), 1);
  EXPECT_THAT(std::string(store.at("advice").as_string()), HasSubstr("`executus recover RUN`"));
}

// What its admission was then makes the same submission look like another one.
TEST_F(Damaged, ASubmissionOfARunOfAnOlderVersionIsToldSo) {  // [DUR-28]
  damage(1, "body=replace(body, '\"format\":2', '\"format\":1')");

  auto again = run({"run", "shop", "went", "--run-id", "r1"});

  EXPECT_EQ(again.exit, 2) << again.out;
  EXPECT_THAT(again.err, AllOf(HasSubstr("an older executus"), Not(HasSubstr("another agent or input"))));
}

}  // namespace
}  // namespace executus::testing
