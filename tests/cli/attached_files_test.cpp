// `executus run --file`, from the file to what the model reads of it.
#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RunFile : public CliProgram {
 protected:
  RunFile() {
    agent("reader", "  - calls: [{tool: read_file, arguments: {path: \"run:notes.txt\"}}]\n  - text: Read.\n",
          "tools: [read_file]\n");
    write("notes.txt", "the password is xyzzy\n");
  }
};

TEST_F(RunFile, KeepsTheFileWithTheRunAndShowsItToTheModel) {  // [IO-03] [IO-04]
  auto finished = run({"run", "reader", "Read my notes.", "--file", "notes.txt", "--run-id", "r1"});
  EXPECT_EQ(finished.out, "Read.\n") << finished.err;

  auto events = run({"runs", "events", "r1", "--json"});
  EXPECT_THAT(events.out, HasSubstr("notes.txt (text/plain, 22 bytes), file id: run:notes.txt"));
  EXPECT_THAT(events.out, HasSubstr(R"(1\tthe password is xyzzy)")) << "what read_file showed";
}

TEST_F(RunFile, IsKeptForTheProcessThatRunsIt) {  // [IO-03]
  EXPECT_EQ(run({"run", "reader", "Read.", "--file", "notes.txt", "--run-id", "r1", "--detach"}).exit, 0);
  write("notes.txt", "");

  EXPECT_THAT(run({"recover", "r1"}).out, HasSubstr("ok"));
  EXPECT_THAT(run({"runs", "events", "r1", "--json"}).out, HasSubstr("xyzzy"));
}

TEST_F(RunFile, OfAnotherRunIsNotSeen) {  // [IO-03]
  EXPECT_EQ(run({"run", "reader", "Read.", "--file", "notes.txt", "--run-id", "r1"}).exit, 0);
  EXPECT_EQ(run({"run", "reader", "Read.", "--run-id", "r2"}).exit, 0);
  auto events = run({"runs", "events", "r2", "--json"}).out;
  EXPECT_THAT(events, HasSubstr("this run was given no files"));
  EXPECT_THAT(events, Not(HasSubstr("xyzzy")));
}

TEST_F(RunFile, IsThatOfAForkToo) {  // [API-13] [IO-03]
  EXPECT_EQ(run({"run", "reader", "Read.", "--file", "notes.txt", "--run-id", "r1"}).exit, 0);
  write("prompt.txt", "Read it aloud.");

  EXPECT_EQ(run({"runs", "fork", "r1", "--at", "0", "--run-id", "f1", "--prompt-file", "prompt.txt"}).exit, 0);

  EXPECT_EQ(run({"runs", "resume", "f1"}).exit, 0);
  auto events = run({"runs", "events", "f1", "--json"}).out;
  EXPECT_THAT(events, HasSubstr(R"(Read it aloud.\n\n[ATTACHED FILES])")) << "another prompt, and the same files";
  EXPECT_THAT(events, HasSubstr(R"(1\tthe password is xyzzy)"));
  EXPECT_EQ(run({"runs", "fork", "r1", "--at", "0", "--run-id", "f1", "--prompt-file", "prompt.txt"}).exit, 0);
}

TEST_F(RunFile, IsRefusedWhenNoRunCanTakeIt) {  // [IO-05]
  write("empty.txt", "");
  struct {
    CliProgram::Arguments arguments;
    const char* says;
  } cases[] = {{{"run", "reader", "--file", "empty.txt"}, "is empty"},
               {{"run", "reader", "--file", "missing.txt"}, "missing.txt"},
               {{"run", "reader", "--file", "."}, "'.'"},
               {{"run", "reader", "--file", "notes.txt", "--durability", "memory"}, "--durability memory"}};
  for (const auto& each : cases) {
    auto finished = run(each.arguments);
    EXPECT_EQ(finished.exit, 2) << finished.err;
    EXPECT_THAT(finished.err, HasSubstr(each.says));
  }
}

}  // namespace
}  // namespace executus::testing
