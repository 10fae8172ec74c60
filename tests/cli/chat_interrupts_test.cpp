// Ctrl-C, signals and kills at each moment of a conversation, with a model that streams over HTTP.
#include <csignal>
#include <cstdlib>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "streaming_model.hpp"
#include "terminal.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCtrlC = "\x03";

class ChatInterrupts : public CliProgram {
 protected:
  void SetUp() override {
    write("agents/a.yaml",
          "name: a\nsystem_prompt: Be brief.\nmodel: lab/m\npermissions: {ask: [note]}\ncommand_tools:\n"
          "  - {name: note, description: N., command: [\"true\"]}\n");
  }
  StreamingModel& model(std::vector<Streamed> answers) {
    model_ = std::make_unique<StreamingModel>(std::move(answers));
    environment_["LLM_LAB"] = model_->variable();
    return *model_;
  }
  Terminal open(std::vector<std::string> words) { return {folder(), environment_, std::move(words)}; }
  Terminal open() { return open({"chat", "a"}); }

  // Says something at the prompt.
  static void say(Terminal& terminal, const std::string& words) {
    terminal.await("> ");
    terminal.type(words + "\n");
  }
  static void leave(Terminal& terminal, int code = 0) {
    say(terminal, "/quit");
    EXPECT_EQ(terminal.finish(), code) << terminal.screen;
  }

  boost::json::array runs() { return run({"runs", "list", "--json"}).json().as_array(); }
  std::string id(std::size_t n) { return std::string(runs().at(n).at("run_id").as_string()); }
  std::string status(std::size_t n) { return std::string(runs().at(n).at("status").as_string()); }

 private:
  std::unique_ptr<StreamingModel> model_;
};

TEST_F(ChatInterrupts, CtrlCWhileTextStreamsKeepsWhatWasShown) {  // [API-12]
  auto& lab = model({{"The slow one is", make_gate()}, {"It is the db."}});
  auto terminal = open();
  say(terminal, "which?");
  terminal.await("The slow one is");
  terminal.type(kCtrlC);
  terminal.await("stopped; what was shown stays");
  lab.server().wait_for_hangups(1);
  say(terminal, "go on");
  terminal.await("It is the db.");
  leave(terminal);

  EXPECT_EQ(status(1), "cancelled");
  EXPECT_THAT(run({"runs", "events", id(1)}).out, HasSubstr("cut"));
  EXPECT_THAT(lab.request(1), AllOf(HasSubstr("The slow one is"), HasSubstr("[Cut off here"), HasSubstr("go on")));
  EXPECT_EQ(lab.asked(), 2u);
  EXPECT_TRUE(run({"recover", "--dry-run", "--json"}).json().as_array().empty()) << "nothing is left for recovery";
}

TEST_F(ChatInterrupts, CtrlCBeforeAnythingIsShown) {  // [API-12]
  auto& lab = model({{"", make_gate()}, {"It is the db."}});
  auto terminal = open();
  say(terminal, "which?");
  lab.server().wait_for_requests(1);
  terminal.type(kCtrlC);
  terminal.await("stopped");
  say(terminal, "go on");
  terminal.await("It is the db.");
  leave(terminal);
  EXPECT_THAT(lab.request(1), AllOf(HasSubstr("which?"), Not(HasSubstr("Cut off"))));
}

TEST_F(ChatInterrupts, CtrlCDuringAnAnswerClearsWhatIsTyped) {  // [API-12]
  auto gate = make_gate();
  auto& lab = model({{"The slow one is", gate, " the db."}, {"The db."}});
  auto terminal = open();
  say(terminal, "which?");
  terminal.await("The slow one is");
  EXPECT_TRUE(terminal.echoes()) << "during a turn it is as it was";
  until([&] { return !terminal.flushes(); });
  terminal.type("delete everyth");
  terminal.await("everyth");
  terminal.type(kCtrlC);
  terminal.await("cleared");
  terminal.type("/steer briefly\n");
  terminal.await("it hears that");
  gate->open();
  terminal.await("The db.");
  terminal.await("> ");
  EXPECT_TRUE(terminal.flushes());
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  EXPECT_EQ(runs().size(), 1u);
  EXPECT_THAT(lab.request(1), AllOf(HasSubstr("briefly"), Not(HasSubstr("everyth"))));
}

// While the store is away nothing can be stopped, and the person can leave all the same.
TEST_F(ChatInterrupts, FurtherCtrlCsLeaveARunThatDoesNotStop) {  // [API-12]
  model({{"The slow one is", make_gate()}, {"the db."}});
  auto terminal = open();
  say(terminal, "which?");
  terminal.await("The slow one is");
  sqlite::Connection other(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
  other.execute("BEGIN IMMEDIATE");
  terminal.type(kCtrlC);
  terminal.await("stopping");
  terminal.type(kCtrlC);
  terminal.await("leaving");
  EXPECT_FALSE(terminal.flushes());
  terminal.type(kCtrlC);
  EXPECT_EQ(terminal.finish(), 130) << terminal.screen;
  EXPECT_TRUE(terminal.flushes());
  other.execute("ROLLBACK");
  EXPECT_EQ(status(0), "running") << "left for recovery";
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show(id(0)).at("output"), "the db.");
}

// --- at a question

TEST_F(ChatInterrupts, CtrlCAtAQuestionClearsWhatIsTyped) {  // [API-12]
  model({{"", {}, "", "note"}, {"Noted."}});
  auto terminal = open();
  say(terminal, "note it");
  terminal.await("May this happen? note");
  terminal.await("? ");
  terminal.type("too dang");
  terminal.await("dang");
  terminal.type(kCtrlC);
  terminal.await("May this happen? note");
  terminal.type("y\n");
  terminal.await("Noted.");
  leave(terminal);
}

TEST_F(ChatInterrupts, CtrlCAtAQuestionEndsTheTurn) {  // [API-12]
  auto& lab = model({{"", {}, "", "note"}, {"Not noted."}});
  auto terminal = open();
  say(terminal, "note it");
  terminal.await("May this happen? note");
  terminal.await("? ");
  terminal.type(kCtrlC);
  terminal.await("stopped");
  say(terminal, "never mind");
  terminal.await("Not noted.");
  leave(terminal);
  EXPECT_EQ(status(1), "cancelled");
  EXPECT_THAT(lab.request(1), HasSubstr("never mind"));
}

TEST_F(ChatInterrupts, ASignalAtAQuestionLeavesItOpen) {  // [API-12]
  model({{"", {}, "", "note"}, {"Noted."}});
  auto terminal = open();
  say(terminal, "note it");
  terminal.await("May this happen? note");
  terminal.await("? ");
  until([&] { return !terminal.echoes(); });  // lines are edited
  terminal.signal(SIGTERM);
  until([&] { return terminal.echoes(); });
  EXPECT_EQ(terminal.finish(), 130) << terminal.screen;
  EXPECT_EQ(status(0), "waiting");

  auto again = open({"chat", "a", "--continue", "@last"});
  again.await("May this happen? note");
  again.type("y\n");
  again.await("Noted.");
  leave(again);
  EXPECT_EQ(runs().size(), 1u);
}

// --- kills

// Both programs are on one terminal, which the first one leaves as it stands when it is killed.
TEST_F(ChatInterrupts, AKillIsFollowedByTheSameConversation) {  // [API-12] [DUR-03]
  auto gate = make_gate();
  auto& lab = model({{"The slow one is", gate}, {"the db."}, {"since noon."}});
  auto terminal = Terminal::with_shell(
      folder(), environment_,
      "sh -c 'echo $$ > pid; exec \"$EXECUTUS\" chat a'; exec \"$EXECUTUS\" chat a --continue @last");
  say(terminal, "which?");
  terminal.await("The slow one is");
  ASSERT_EQ(::kill(std::atoi(read("pid").c_str()), SIGKILL), 0);
  terminal.await("it is finished first");
  say(terminal, "since when?");
  terminal.await("since noon.");
  leave(terminal);

  EXPECT_EQ(show(id(1)).at("output"), "the db.");
  EXPECT_EQ(runs().at(0).at("continues"), runs().at(1).at("run_id"));
  EXPECT_EQ(lab.asked(), 3u);
}

TEST_F(ChatInterrupts, AKillAtThePromptLeavesATerminalThatTheNextOneMends) {  // [API-12]
  model({});
  auto terminal = Terminal::with_shell(
      folder(), environment_, "sh -c 'echo $$ > pid; exec \"$EXECUTUS\" chat a'; \"$EXECUTUS\" chat a; echo over; cat");
  terminal.await("> ");
  until([&] { return !terminal.echoes(); });
  ASSERT_EQ(::kill(std::atoi(read("pid").c_str()), SIGKILL), 0);
  terminal.await("talking to a");
  say(terminal, "/quit");
  terminal.await("over");
  EXPECT_TRUE(terminal.echoes());
  terminal.type("\x04");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
}

}  // namespace
}  // namespace executus::testing
