// Runs that a person lets go on: after their end, and out of quarantine.
#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kNotesInOneStep =
    "max_iterations: 1\ncommand_tools:\n  - {name: note, description: Notes., command: [sh, -c, \"cat >> notes; echo "
    ">> notes\"], cwd: ., parameters: {type: object}, effect: keyed}\n";

class Retry : public CliProgram {
 protected:
  void SetUp() override {
    agent("probe", "  - calls: [{tool: note, arguments: {n: 1}}]\n  - text: Done.\n", kNotesInOneStep);
    ASSERT_EQ(run({"run", "probe", "go", "--run-id", "r1"}).exit, 1);
  }
};

TEST_F(Retry, LetsARunGoOnThatEndedInError) {  // [DUR-40]
  auto dry = run({"runs", "retry", "r1", "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("would let r1 go on"));
  EXPECT_EQ(run({"runs", "resume", "r1"}).exit, 2) << "it has ended still";

  auto retried = run({"runs", "retry", "r1", "--json"});

  EXPECT_EQ(retried.exit, 0) << retried.err;
  EXPECT_EQ(retried.json().at("was"), "error");
  EXPECT_EQ(retried.json().at("requested"), true);
  EXPECT_THAT(run({"runs", "list"}).out, HasSubstr("queued"));
  auto again = run({"runs", "retry", "r1"});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, HasSubstr("has not ended"));
  auto resumed = run({"runs", "resume", "r1"});
  EXPECT_EQ(resumed.exit, 0) << resumed.err;
  EXPECT_EQ(resumed.out, "Done.\n");
  EXPECT_EQ(read("notes"), "{\"n\":1}\n") << "what it did is not done again";
  EXPECT_THAT(run({"runs", "retry", "r1"}).err, HasSubstr("ended as ok"));
  EXPECT_THAT(run({"runs", "events", "r1"}).out, HasSubstr("reopened"));
}

TEST_F(Retry, IsTakenUpByARecovery) {  // [DUR-40]
  ASSERT_THAT(run({"runs", "retry", "r1"}).out, HasSubstr("executus runs resume r1"));

  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(run({"runs", "show", "r1", "--json"}).json().at("status"), "ok");
}

TEST_F(Retry, ReleasesARunFromQuarantineUnlessItOnlySaysSo) {  // [DUR-16]
  sqlite::Connection(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000))
      .execute("UPDATE runs SET status='quarantined', reason='as the test says', ended=0");
  EXPECT_EQ(run({"runs", "release", "r1", "--dry-run", "--json"}).json().at("requested"), false);
  EXPECT_THAT(run({"runs", "list"}).out, HasSubstr("quarantined"));

  EXPECT_EQ(run({"runs", "release", "r1", "--json"}).json().at("requested"), true);

  EXPECT_THAT(run({"runs", "list"}).out, Not(HasSubstr("quarantined")));
}

TEST_F(Retry, ReleasesNothingThatIsNotInQuarantine) {  // [DUR-16]
  auto released = run({"runs", "release", "r1"});
  EXPECT_EQ(released.exit, 2);
  EXPECT_THAT(released.err, AllOf(HasSubstr("not in quarantine"), HasSubstr("executus runs show r1")));
}

}  // namespace
}  // namespace executus::testing
