// What a conversation keeps beside its runs: the lines that were typed, and what the answers cost.
#include <string>

#include <sys/stat.h>

#include "cli_program.hpp"
#include "streaming_model.hpp"
#include "terminal.hpp"

namespace executus::testing {
namespace {

class ChatRecords : public CliProgram {
 protected:
  Terminal open(const std::string& name) { return {folder(), environment_, {"chat", name}}; }
};

TEST_F(ChatRecords, TellsWhatItCost) {  // [API-12]
  StreamingModel model({{"the db"}, {"The slow one is", make_gate()}});
  environment_["LLM_LAB"] = model.variable();
  write("executus.yaml", "models: {prices: prices.yaml}\n");
  write("prices.yaml", "prices:\n  lab/m: {input: 10, output: 100}\n");
  write("agents/a.yaml", "name: a\nsystem_prompt: Be brief.\nmodel: lab/m\n");
  auto terminal = open("a");
  terminal.await("> ");
  terminal.type("/cost\n");
  terminal.await("0 turns, 0 tokens in (0 of them from a cache), 0 out, $0.00");
  terminal.type("which?\n");
  terminal.await("the db");
  terminal.await("> ");
  terminal.type("/cost\n");
  terminal.await("1 turn, 1000 tokens in (0 of them from a cache), 10 out, $0.011");
  terminal.type("/quit\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
}

TEST_F(ChatRecords, TwoConversationsRememberTheLinesOfBoth) {  // [API-12]
  agent("a", "  - text: the db\n  - text: since noon\n");
  auto ask = [](Terminal& terminal, const std::string& line, const std::string& answer) {
    terminal.await("> ");
    terminal.type(line + "\n");
    terminal.await(answer);
  };
  auto leave = [](Terminal& terminal) {
    terminal.await("> ");
    terminal.type("\x04");
    EXPECT_EQ(terminal.finish(), 0) << terminal.screen;
  };
  {
    auto first = open("a"), second = open("a");
    ask(first, "which of them?", "the db");
    ask(second, "w\xC3\xB6? \\o/", "the db");
    ask(first, "since when?", "since noon");
    leave(second);
    leave(first);
  }
  struct stat state{};
  ASSERT_EQ(::stat((folder() / "chat_history").c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600u);

  auto third = open("a");
  third.await("> ");
  for (const char* line : {"since when?", "w\xC3\xB6? \\o/", "which of them?"}) {
    third.type("\x10");  // Ctrl-P: the line before
    third.await(line);
  }
  third.type("\n");
  third.await("the db");
  leave(third);
}

}  // namespace
}  // namespace executus::testing
