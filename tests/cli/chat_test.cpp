// `executus chat`: a conversation on a terminal, or line by line from a pipe.
#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include "cli_program.hpp"
#include "terminal.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Chat : public CliProgram {
 protected:
  void SetUp() override {
    agent("a", "  - text: the db\n  - text: since noon\n  - text: for sure\n");
    agent("shop",
          "  - {calls: [{tool: note, arguments: {n: 1}}]}\n  - text: Noted.\n  - {calls: [{tool: note, arguments: {n: "
          "2}}]}\n  - text: Not noted.\n",
          "permissions: {ask: [note]}\ncommand_tools:\n  - {name: note, description: N., command: [\"true\"]}\n");
    agent("slow", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: the db\n  - text: since noon\n",
          R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "touch hung; test -e go || cat gate"], cwd: ., effect: pure}
)");
  }
  boost::json::array runs() { return run({"runs", "list", "--json"}).json().as_array(); }
};

// --- from a pipe

TEST_F(Chat, AnswersALineWithALine) {  // [API-12]
  auto finished = run({"chat", "a"}, "which?\n\nsince when?\nsure?");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "the db\nsince noon\nfor sure\n");
  EXPECT_EQ(finished.err, "");
  auto all = runs();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].at("continues"), all[1].at("run_id"));
  EXPECT_EQ(all[1].at("continues"), all[2].at("run_id"));
}

TEST_F(Chat, GoesOnFromARun) {  // [API-12]
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  EXPECT_EQ(run({"chat", "a", "--continue", "@last"}, "since when?\n").out, "since noon\n");
  EXPECT_EQ(run({"chat", "--continue", "r1"}, "since when?\n").out, "since noon\n") << "the agent is that of the run";
  std::filesystem::remove(folder() / "agents/a.yaml");
  EXPECT_EQ(run({"chat", "--continue", "r1"}, "since when?\n").out, "since noon\n") << "as stored";
}

TEST_F(Chat, GoesOnFromTheNewestRunOfAnyAgent) {  // [API-12]
  EXPECT_EQ(run({"chat", "--continue", "@last"}, "which?\n").exit, 2) << "there is none";
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  ASSERT_EQ(run({"run", "shop", "note it", "--run-id", "r2"}).exit, 3);
  ASSERT_EQ(run({"runs", "cancel", "r2"}).exit, 0);
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r3"}).exit, 0);
  EXPECT_EQ(run({"chat", "--continue", "@last"}, "since when?\n").out, "since noon\n");
  EXPECT_EQ(runs()[0].at("continues"), "r3");
}

TEST_F(Chat, IsForACaller) {  // [API-12]
  std::filesystem::create_directory(folder() / "drafts");
  std::filesystem::rename(folder() / "agents/a.yaml", folder() / "drafts/a.yaml");
  ASSERT_EQ(run({"agents", "import", "drafts", "--caller", "ann"}).exit, 0);
  EXPECT_EQ(run({"chat", "a"}, "which?\n").exit, 2) << "it is not this one's";
  auto finished = run({"chat", "a", "--caller", "ann"}, "which?\nsince when?\n");
  EXPECT_EQ(finished.out, "the db\nsince noon\n") << finished.err;
  for (const auto& row : runs()) EXPECT_EQ(row.at("caller"), "ann");
}

TEST_F(Chat, PrintsOneJsonValueATurn) {  // [API-12]
  auto finished = run({"chat", "a", "--json"}, "which?\nsince when?\n");
  auto end = finished.out.find('\n');
  ASSERT_NE(end, std::string::npos);
  auto first = boost::json::parse(finished.out.substr(0, end)),
       second = boost::json::parse(finished.out.substr(end + 1));
  EXPECT_EQ(first.at("output"), "the db");
  EXPECT_EQ(second.at("continues"), first.at("run_id"));
}

TEST_F(Chat, EndsWithATurnThatFails) {  // [API-12]
  agent("once", "  - text: the db\n");
  auto finished = run({"chat", "once"}, "which?\nsince when?\nsure?\n");
  EXPECT_EQ(finished.exit, 1);
  EXPECT_EQ(finished.out, "the db\n");
  EXPECT_THAT(finished.err, HasSubstr("ended with error"));
  EXPECT_EQ(runs().size(), 2u) << "the third line was not said";
}

TEST_F(Chat, EndsWithATurnThatWaits) {  // [API-12]
  auto finished = run({"chat", "shop"}, "note it\nand more\n");
  EXPECT_EQ(finished.exit, 3);
  EXPECT_THAT(finished.err, HasSubstr("executus runs approve"));
  EXPECT_EQ(runs().size(), 1u);
}

TEST_F(Chat, SaysNothingToNothing) {  // [API-12]
  auto finished = run({"chat", "a"}, "");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "");
}

TEST_F(Chat, RefusesWhatItCannotBegin) {  // [API-12]
  EXPECT_EQ(run({"chat"}, "hello\n").exit, 2);
  EXPECT_EQ(run({"chat", "nothing"}, "hello\n").exit, 2);
  EXPECT_EQ(run({"chat", "a"}, "/bogus\n").exit, 2);
  EXPECT_EQ(run({"chat", "a"}, "/quit\nwhich?\n").out, "");
  EXPECT_TRUE(run({"runs", "list", "--json"}).json().as_array().empty());
}

// What a shell gives it as standard input and output, and the exit code that says whether all was answered.
TEST_F(Chat, WorksWithWhateverStandardFilesItGets) {  // [API-12]
  write("lines", "which?\nsince when?\n");
  auto with = [&](const std::string& files) {
    auto command = "cd '" + folder().string() + "' && EXECUTUS_DB='" + environment_["EXECUTUS_DB"] + "' HOME='" +
                   folder().string() + "' '" + EXECUTUS_PROGRAM + "' chat a 2>err " + files;
    return WEXITSTATUS(std::system(command.c_str()));
  };
  EXPECT_EQ(with("</dev/null >out"), 0) << read("err");
  EXPECT_EQ(with("<&- >out"), 0) << read("err");
  EXPECT_EQ(runs().size(), 0u) << "nothing was said";
  EXPECT_EQ(with("<lines >/dev/null"), 0) << read("err");
  EXPECT_EQ(runs().size(), 2u);
  EXPECT_EQ(with("<lines >&-"), 1);
  EXPECT_THAT(read("err"), HasSubstr("standard output"));
  EXPECT_EQ(runs().size(), 3u) << "no answer is made for nothing";
  EXPECT_EQ(with("<lines >/dev/full"), 1);
  EXPECT_THAT(read("err"), HasSubstr("No space left"));
  EXPECT_EQ(runs().size(), 4u);
  EXPECT_EQ(with("<lines | cat >out"), 0);
  EXPECT_EQ(read("out"), "the db\nsince noon\n");
}

TEST_F(Chat, StopsWhereItsAnswersFindNoReader) {  // [API-12]
  write("chat.sh", std::string("'") + EXECUTUS_PROGRAM + "' chat a < lines > out; echo $? > code\n");
  write("lines", "which?\nsince when?\n");
  make_pipe("out");
  std::string command = "cd '" + folder().string() + "' && EXECUTUS_DB='" + environment_["EXECUTUS_DB"] + "' HOME='" +
                        folder().string() + "' sh chat.sh & exec 3< '" + (folder() / "out").string() +
                        "'; exec 3<&-; wait";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read("code"), "141\n");
  EXPECT_EQ(runs().size(), 1u) << "no answer is made for nothing";
}

// --- on a terminal

class ChatOnATerminal : public Chat {
 protected:
  Terminal open(std::vector<std::string> words) { return {folder(), environment_, std::move(words)}; }
};

TEST_F(ChatOnATerminal, AnswersAndIsLeft) {  // [API-12]
  auto terminal = open({"chat", "a"});
  terminal.await("talking to a");
  terminal.await("> ");
  terminal.type("which?\n");
  terminal.await("the db");
  terminal.await("> ");
  terminal.type("/cost\n");
  terminal.await("1 turn,");
  terminal.type("since when?\n");
  terminal.await("since noon");
  terminal.await("> ");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  EXPECT_EQ(runs()[0].at("continues"), runs()[1].at("run_id"));
  EXPECT_THAT(read("chat_history"), AllOf(HasSubstr("which?"), HasSubstr("quit")));
}

TEST_F(ChatOnATerminal, CtrlCClearsWhatIsTyped) {  // [API-12]
  auto terminal = open({"chat", "a"});
  terminal.await("> ");
  terminal.type("delete everyth");
  terminal.await("everyth");
  terminal.type("\x03");
  terminal.await("> ");
  EXPECT_THAT(terminal.screen, Not(HasSubstr("to leave")));
  terminal.type("which?\n");
  terminal.await("the db");
  terminal.await("> ");
  terminal.type("\x03");
  terminal.await("to leave, type /quit or press Ctrl-D");
  terminal.await("> ");
  terminal.type("\x04");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  auto only = runs();
  ASSERT_EQ(only.size(), 1u);
  EXPECT_THAT(std::string(show(std::string(only[0].at("run_id").as_string()))
                              .at("messages")
                              .as_array()[0]
                              .as_object()
                              .at("parts")
                              .as_array()[0]
                              .at("text")
                              .as_string()),
              "which?");
}

TEST_F(ChatOnATerminal, CtrlCStopsTheAnswerAndTheNextTurnGoesOn) {  // [API-12]
  make_pipe("gate");
  auto terminal = open({"chat", "slow"});
  terminal.await("> ");
  terminal.type("which?\n");
  until_exists("hung");
  terminal.type("\x03");
  terminal.await("stopped before it said anything");
  terminal.await("> ");
  write("go", "");
  terminal.type("again\n");
  terminal.await("the db");
  terminal.await("> ");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  auto all = runs();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].at("status"), "cancelled");
  EXPECT_EQ(all[0].at("status"), "ok");
  EXPECT_EQ(all[0].at("continues"), all[1].at("run_id"));
}

TEST_F(ChatOnATerminal, HearsWhatIsTypedDuringATurn) {  // [API-12] [DUR-38]
  make_pipe("gate");
  auto terminal = open({"chat", "slow"});
  terminal.await("> ");
  terminal.type("which?\n");
  until_exists("hung");
  terminal.type("/steer in Berlin\n");
  terminal.await("it hears that before its next step");
  terminal.type("since when?\n");
  terminal.await("kept for when this answer is there");
  int gate = open_for_writing("gate");  // there once the tool waits at it, whenever that is
  write("go", "");
  ::close(gate);
  terminal.await("the db");
  terminal.await("since noon");
  terminal.await("> ");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  auto shown = run({"runs", "show", std::string(runs()[1].at("run_id").as_string())}).out;
  EXPECT_THAT(shown, HasSubstr("user: in Berlin"));
}

TEST_F(ChatOnATerminal, AsksInPlace) {  // [API-12]
  auto terminal = open({"chat", "shop"});
  terminal.await("> ");
  terminal.type("note it\n");
  terminal.await("May this happen? note {\"n\":1}");
  terminal.await("? ");
  terminal.type("y\n");
  terminal.await("Noted.");
  terminal.await("> ");
  terminal.type("again\n");
  terminal.await("May this happen? note {\"n\":2}");
  terminal.type("\n");
  terminal.await("it waits");
  terminal.await("> ");
  terminal.type("hello\n");
  terminal.await("waits for an answer: /approve");
  terminal.type("/reject too often\n");
  terminal.await("Not noted.");
  terminal.await("> ");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
}

TEST_F(ChatOnATerminal, TwoThatGoOnFromOneRunAreTold) {  // [API-12]
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  auto first = open({"chat", "a", "--continue", "r1"}), second = open({"chat", "a", "--continue", "@last"});
  for (auto* terminal : {&first, &second}) terminal->await("> ");  // both know which run is the last
  for (auto* terminal : {&first, &second}) {
    terminal->type("since when?\n");
    terminal->await("since noon");
    terminal->await("> ");
    terminal->type("sure?\n");
    terminal->await("for sure");
    terminal->await("> ");
    terminal->type("/quit\n");
    EXPECT_EQ(terminal->finish(), 0) << terminal->screen;
  }
  EXPECT_THAT(first.screen, Not(HasSubstr("continued before")));
  EXPECT_THAT(second.screen,
              HasSubstr("run r1 was continued before, by " + std::string(runs().at(3).at("run_id").as_string())));
  EXPECT_EQ(second.screen.find("continued before"), second.screen.rfind("continued before")) << "once";
  EXPECT_EQ(runs().size(), 5u);
}

TEST_F(ChatOnATerminal, TakesOtherArgumentsForACallThatItAsksAbout) {  // [API-12] [DUR-36]
  auto terminal = open({"chat", "shop"});
  terminal.await("> ");
  terminal.type("note it\n");
  terminal.await("May this happen? note {\"n\":1}");
  terminal.await("? ");
  terminal.type("{\"n\":\n");
  terminal.await("cannot be changed to these arguments");
  terminal.await("May this happen?");
  terminal.type("{\"n\": 7}\n");
  terminal.await("Noted.");
  terminal.await("> ");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  EXPECT_THAT(run({"runs", "show", "@last"}).out, HasSubstr("to {\"n\":7}]"));
}

TEST_F(ChatOnATerminal, ShowsWhatTheAgentMayCall) {  // [API-12]
  auto terminal = open({"chat", "shop"});
  terminal.await("> ");
  terminal.type("/tools\n");
  terminal.await("note  irreversible  N.");
  terminal.type("note it\n");
  terminal.await("May this happen?");
  terminal.type("y\n");
  terminal.await("Noted.");
  terminal.await("> ");
  terminal.type("/tools\n");
  terminal.await("note  irreversible  N.");
  terminal.type("/steer this way\n");
  terminal.await("no answer is being made");
  terminal.type("/bogus\n");
  terminal.await("there is no command /bogus");
  terminal.type("/help\n");
  terminal.await("/reject [REASON]");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
}

// Another terminal answers what was left open here.
TEST_F(ChatOnATerminal, GoesOnWithWhatWasAnsweredElsewhere) {  // [API-12]
  auto terminal = open({"chat", "shop"});
  auto newest = [&] { return std::string(runs()[0].at("run_id").as_string()); };
  terminal.await("> ");
  terminal.type("note it\n");
  terminal.await("May this happen?");
  terminal.type("\n");
  terminal.await("it waits");
  terminal.await("> ");
  ASSERT_EQ(run({"runs", "approve", newest()}).exit, 0);
  terminal.type("again\n");
  terminal.await("Noted.");
  terminal.await("May this happen? note {\"n\":2}");
  terminal.type("\n");
  terminal.await("it waits");
  terminal.await("> ");
  ASSERT_EQ(run({"runs", "reject", newest()}).exit, 0);
  terminal.type("/approve\n");
  terminal.await("Not noted.");
  terminal.await("> ");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
}

TEST_F(ChatOnATerminal, IsPutBackWhateverEndsIt) {  // [API-12]
  make_pipe("gate");
  for (int signal : {SIGTERM, SIGHUP, SIGQUIT}) {
    auto terminal = open({"chat", "slow"});
    terminal.await("> ");
    until([&] { return !terminal.echoes(); });  // lines are edited
    terminal.signal(signal);
    until([&] { return terminal.echoes(); });
    EXPECT_EQ(terminal.finish(), 130) << terminal.screen;
  }

  auto again = open({"chat", "slow"});
  again.await("> ");
  again.type("which?\n");
  until_exists("hung");
  EXPECT_TRUE(again.echoes()) << "during a turn it is as it was";
  again.signal(SIGTERM);
  EXPECT_EQ(again.finish(), 130) << again.screen;
  EXPECT_EQ(runs()[0].at("status"), "running") << "left for recovery";
  write("go", "");
  EXPECT_EQ(run({"chat", "slow", "--continue", "@last"}, "since when?\n").out, "the db\nsince noon\n");
}

}  // namespace
}  // namespace executus::testing
