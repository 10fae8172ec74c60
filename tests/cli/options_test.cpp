// Options that choose among runs, and --dry-run: that they do what they say, and nothing else.
#include <csignal>

#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Options : public CliProgram {
 protected:
  void SetUp() override {
    agent("a", "  - text: hi\n");
    agent("b", "  - text: hi\n");
  }
  void queue(const std::string& name, const std::string& id) {
    ASSERT_EQ(run({"run", name, "hi", "--detach", "--run-id", id}).exit, 0);
  }
  std::string status(const std::string& id) { return std::string(show(id).at("status").as_string()); }
};

TEST_F(Options, ADryRecoveryListsAndTouchesNothing) {
  queue("a", "r1");
  auto before = run({"runs", "list", "--json"}).out;

  EXPECT_EQ(run({"recover", "--dry-run"}).out, "r1  a  queued\n");
  EXPECT_EQ(run({"recover", "r1", "--dry-run", "-q"}).out, "r1\n");

  EXPECT_EQ(run({"runs", "list", "--json"}).out, before);
}

TEST_F(Options, ADryCancelSaysWhatItWouldDoAndAsksForNothing) {
  queue("a", "r1");

  EXPECT_EQ(run({"runs", "cancel", "r1", "--dry-run"}).out, "would cancel r1\n");
  EXPECT_EQ(run({"runs", "cancel", "r1", "--dry-run", "--json"}).json(),
            (boost::json::object{{"run_id", "r1"}, {"requested", false}, {"below", boost::json::array()}}));

  EXPECT_EQ(status("r1"), "queued");
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(status("r1"), "ok") << "no cancellation waited for it";
}

TEST_F(Options, OfARunThatIsLeftToOthersAreRefusedWhereItNeedsThisProcess) {
  for (const Arguments& with : {Arguments{"--durability", "memory"}, {"--record", "f"}, {"--replay", "f"}}) {
    Arguments arguments{"run", "a", "hi", "--detach"};
    arguments.insert(arguments.end(), with.begin(), with.end());
    auto refused = run(arguments);
    EXPECT_EQ(refused.exit, 2) << with[0];
    EXPECT_THAT(refused.err, AllOf(HasSubstr("--detach"), HasSubstr(with[0])));
  }
  EXPECT_EQ(run({"runs", "list", "-q"}).out, "");
}

TEST_F(Options, TheChannelOfARunIsTheCommandLine) {
  queue("a", "r1");

  EXPECT_THAT(run({"runs", "events", "r1", "--json"}).out, HasSubstr("\"channel\":\"cli\""));
}

TEST_F(Options, BenchMeasuresForAtLeastAStepsTime) {
  for (const char* seconds : {"0", "-1", "0.01", "nan", "1e9"}) {
    auto refused = run({"bench", "--seconds", seconds});
    EXPECT_EQ(refused.exit, 2) << seconds << refused.out;
    EXPECT_THAT(refused.err, HasSubstr("--seconds")) << seconds;
  }
}

TEST_F(Options, RecoverTakesUpTheRunsOfOneAgent) {
  queue("a", "r1");
  queue("b", "r2");

  EXPECT_EQ(run({"recover", "--agent", "b"}).exit, 0);

  EXPECT_EQ(status("r1"), "queued");
  EXPECT_EQ(status("r2"), "ok");
}

TEST_F(Options, RecoverRefusesAnAgentThatIsNowhere) {
  queue("a", "r1");
  agent("probe", "  - text: hi\n");

  auto wrong = run({"recover", "--agent", "prbe"});

  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'probe'?"));
  EXPECT_EQ(run({"recover", "--agent", "probe"}).exit, 0) << "one that has no runs is none the worse";
  EXPECT_EQ(status("r1"), "queued");
}

TEST_F(Options, RecoverTakesUpRunsSince) {
  queue("a", "r1");

  EXPECT_EQ(run({"recover", "--since", "2999-01-01"}).out, "nothing to recover\n");
  EXPECT_EQ(status("r1"), "queued");
  EXPECT_EQ(run({"recover", "--since", "2020-01-01"}).exit, 0);
  EXPECT_EQ(status("r1"), "ok");
}

// A tool that finds another one at work says so; it takes its time, by a process of its own.
TEST_F(Options, RecoverDrivesSoManyRunsAtATime) {
  agent("alone", "  - {calls: [{tool: work, arguments: {}}]}\n  - text: hi\n", R"(command_tools:
  - {name: work, description: Works., command: [sh, -c, "mkdir busy || echo x >> together; sh -c 'sh -c true'; rmdir busy || true"], cwd: ., effect: pure}
)");
  for (int i = 0; i < 6; ++i) queue("alone", "r" + std::to_string(i));

  EXPECT_EQ(run({"recover", "--concurrency", "1"}).exit, 0);

  EXPECT_FALSE(std::filesystem::exists(folder() / "together"));
}

// Two tools that wait for each other end only when both are at work.
TEST_F(Options, RecoverDrivesThatManyRunsAtATime) {
  make_pipe("meeting");
  for (std::string side : {"reads", "writes"})
    agent(side, "  - {calls: [{tool: meet, arguments: {}}]}\n  - text: met\n",
          "command_tools:\n  - {name: meet, description: Meets., command: [sh, -c, \"" +
              std::string(side == "reads" ? "cat meeting" : "echo hi > meeting") + "\"], cwd: ., effect: pure}\n");
  queue("reads", "r1");
  queue("writes", "r2");

  EXPECT_EQ(run({"recover", "--concurrency", "2"}).exit, 0);
}

// A run whose process is killed in the middle of its call, again and again. Each attempt has a gate of its own: the
// call of the one before may still be there.
class Attempts : public Options {
 protected:
  void SetUp() override {
    agent("hangs", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"yaml(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "test -e go || cat gate$(cat turn)"], cwd: ., effect: pure}
)yaml");
  }
  void kill_in_its_call(const Arguments& arguments) {
    auto gate_name = "gate" + std::to_string(++turn_);
    make_pipe(gate_name);
    write("turn", std::to_string(turn_));
    auto started = start(arguments);
    int gate = open_for_writing(gate_name);
    started->signal(SIGKILL);
    (void)started->finish();
    ::close(gate);
  }
  int turn_ = 0;
};

TEST_F(Attempts, WithoutProgressLeadToQuarantine) {  // [DUR-16]
  kill_in_its_call({"run", "hangs", "hi", "--run-id", "r1"});
  kill_in_its_call({"recover"});

  auto given_up = run({"recover", "--max-attempts", "1"});
  EXPECT_EQ(given_up.exit, 1) << given_up.out;
  EXPECT_EQ(status("r1"), "quarantined");
  EXPECT_EQ(run({"recover", "--max-attempts", "none"}).exit, 2);

  write("go", "");
  EXPECT_EQ(run({"runs", "resume", "r1"}).exit, 0);
}

TEST_F(Attempts, MayBeWithoutLimit) {  // [DUR-16]
  kill_in_its_call({"run", "hangs", "hi", "--run-id", "r1"});
  Arguments for_ever{"recover", "--max-attempts", "unlimited"};
  for (int attempt = 0; attempt < 4; ++attempt) kill_in_its_call(for_ever);
  write("go", "");

  EXPECT_EQ(run(for_ever).exit, 0);
  EXPECT_EQ(status("r1"), "ok");
}

TEST_F(Options, ListShowsTheRunsThatAreAskedFor) {
  queue("a", "r1");
  ASSERT_EQ(run({"run", "b", "hi", "--run-id", "r2"}).exit, 0);
  queue("a", "r3");
  auto listed = [&](Arguments more) {
    Arguments arguments{"runs", "list", "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments).out;
  };

  EXPECT_EQ(listed({"--status", "queued"}), "r3\nr1\n");
  EXPECT_EQ(listed({"--status", "ok"}), "r2\n");
  EXPECT_EQ(listed({"--status", "ok", "--status", "queued"}), "r3\nr2\nr1\n");
  EXPECT_EQ(listed({"--agent", "b"}), "r2\n");
  EXPECT_EQ(listed({"--since", "2999-01-01"}), "");
  EXPECT_EQ(listed({"--since", "1h"}), "r3\nr2\nr1\n");
  EXPECT_EQ(listed({"--limit", "1"}), "r3\n");
}

TEST_F(Options, AListThatIsCutSaysSoAndGoesOn) {
  for (const char* id : {"r1", "r2", "r3"}) queue("a", id);

  auto first = run({"runs", "list", "-q", "--limit", "2"});
  auto second = run({"runs", "list", "-q", "--limit", "2", "--before", "r2"});

  EXPECT_EQ(first.out, "r3\nr2\n");
  EXPECT_THAT(first.err, AllOf(HasSubstr("older runs"), HasSubstr("--before r2")));
  EXPECT_EQ(second.out, "r1\n");
  EXPECT_EQ(second.err, "");
  EXPECT_EQ(run({"runs", "list", "-q", "--limit", "3"}).err, "");
  EXPECT_EQ(run({"runs", "list", "--json", "--limit", "2"}).json().as_array().size(), 2u);
}

TEST_F(Options, AListOfNoAgentNamesTheNearOne) {
  queue("a", "r1");
  agent("probe", "  - text: hi\n");
  queue("probe", "r2");

  EXPECT_THAT(run({"runs", "list", "--agent", "prbe"}).out, HasSubstr("did you mean 'probe'?"));
}

TEST_F(Options, CancelAsksOnATerminal) {
  queue("a", "r1");

  auto no = run_on_terminal({"runs", "cancel", "r1"}, "n\n");
  EXPECT_EQ(no.exit, 1);
  EXPECT_THAT(no.out, HasSubstr("cancel run r1 of agent a? [y/N]"));
  EXPECT_EQ(status("r1"), "queued");

  auto yes = run_on_terminal({"runs", "cancel", "r1"}, "y\n");
  EXPECT_EQ(yes.exit, 0);
  EXPECT_EQ(status("r1"), "cancelled");
}

TEST_F(Options, CancelKeepsWhyAndTellsIt) {  // [API-03] [DUR-38]
  queue("a", "r1");

  ASSERT_EQ(run({"runs", "cancel", "r1", "--reason", "wrong customer"}).exit, 0);

  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("reason      wrong customer"));
  EXPECT_THAT(run({"runs", "events", "r1"}).out, HasSubstr("cancelled  wrong customer"));
  auto shown = show("r1");
  EXPECT_EQ(shown.at("reason"), "wrong customer");
  EXPECT_TRUE(shown.at("error").is_null());
  EXPECT_THAT(run({"runs", "wait", "r1"}).err, HasSubstr("run r1 was cancelled: wrong customer"));
}

TEST_F(Options, CancelDoesNotAskWhenTold) {
  queue("a", "r1");

  auto told = run_on_terminal({"runs", "cancel", "r1", "--yes"}, "");

  EXPECT_EQ(told.exit, 0);
  EXPECT_THAT(told.out, Not(HasSubstr("[y/N]")));
  EXPECT_EQ(status("r1"), "cancelled");
}

}  // namespace
}  // namespace executus::testing
