// `executus chat`: a conversation on a terminal, or line by line from a pipe.
#include <chrono>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli_program.hpp"

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

class Terminal {
 public:
  Terminal(const std::filesystem::path& folder, const std::map<std::string, std::string>& environment,
           std::vector<std::string> words) {
    pid_ = ::forkpty(&fd_, nullptr, nullptr, nullptr);
    if (pid_ != 0) return;
    ::clearenv();
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::setenv("TERM", "dumb", 1);
    std::vector<char*> list;
    words.insert(words.begin(), "executus");
    for (auto& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    if (::chdir(folder.c_str()) == 0) ::execv(EXECUTUS_PROGRAM, list.data());
    ::_exit(127);
  }
  ~Terminal() {
    if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
    ::close(fd_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& text) { ASSERT_EQ(::write(fd_, text.data(), text.size()), std::ssize(text)); }

  // Reads until the screen, from where the last call ended, shows `text`.
  void await(const std::string& text) {
    auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (screen.find(text, seen_) == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never showed '" << text << "' but:\n" << screen;
      if (!read_some()) FAIL() << "it ended without showing '" << text << "':\n" << screen;
    }
    seen_ = screen.find(text, seen_) + text.size();
  }

  bool echoes() const {
    termios state{};
    return ::tcgetattr(fd_, &state) == 0 && (state.c_lflag & ECHO) != 0 && (state.c_lflag & ICANON) != 0;
  }

  void signal(int number) const { ::kill(pid_, number); }

  int finish() {
    while (read_some()) {
    }
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

  std::string screen;

 private:
  bool read_some() {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, 60'000) != 1) return false;
    char buffer[4096];
    auto got = ::read(fd_, buffer, sizeof buffer);
    if (got <= 0) return false;
    screen.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  int fd_ = -1;
  pid_t pid_ = 0;
  std::size_t seen_ = 0;
};

class ChatOnATerminal : public Chat {
 protected:
  Terminal open(std::vector<std::string> words) { return Terminal(folder(), environment_, std::move(words)); }
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
  terminal.await("stopped; what was shown stays in the conversation");
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
  EXPECT_EQ(run({"chat", "slow", "--continue", "@last"}, "since when?\n").out, "since noon\n");
}

}  // namespace
}  // namespace executus::testing
