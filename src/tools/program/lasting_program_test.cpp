#include "tools/program/lasting_program.hpp"

#include <condition_variable>

#include <gmock/gmock.h>

#include "tools/program/program_fixture_test.hpp"

namespace executus::tools {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using Ended = LastingEnd::How;

class LastingProgramTest : public ProgramFixture {
 protected:
  LastingProgram& start(const std::string& script) { return start({"sh", "-c", script}, Milliseconds(30)); }
  LastingProgram& start(std::vector<std::string> argv, Milliseconds patience) {
    LastingSpec spec{std::move(argv), {"PATH=/usr/bin:/bin"}, path("."), patience};
    LastingProgram::Listener listener{[this](std::string_view bytes) { note([&] { output_ += bytes; }); },
                                      [this](const LastingEnd& end) { note([&] { end_ = end; }); }};
    return program_.emplace(guard_, std::move(spec), std::move(listener));
  }

  // Waits until the program has written so much, and gives all of it.
  std::string output_with(const std::string& text) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60),
                                  [&] { return output_.find(text) != output_.npos || end_.has_value(); }));
    return output_;
  }
  LastingEnd end() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), [&] { return end_.has_value(); }));
    return end_.value_or(LastingEnd{});
  }

 private:
  template <class Change>
  void note(Change change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  Guard guard_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  std::optional<LastingEnd> end_;
  std::optional<LastingProgram> program_;
};

TEST_F(LastingProgramTest, AnswersThoughItFloodsItsStderr) {
  auto& program = start(
      "while read line; do head -c 1048576 /dev/zero | tr '\\0' e >&2; echo \"${line}end\" >&2; "
      "echo \"got $line\"; done");
  for (const char* line : {"one", "two", "three"}) {
    ASSERT_TRUE(program.write(std::string(line) + "\n"));
    EXPECT_THAT(output_with("got " + std::string(line) + "\n"), HasSubstr(line));
  }
  program.end();
  EXPECT_EQ(end().how, Ended::ended);
  EXPECT_EQ(end().written, 3u);
  EXPECT_EQ(program.last_errors().size(), LastingProgram::kKeptOfErrors);
  EXPECT_THAT(program.last_errors(), EndsWith("threeend\n"));
  EXPECT_FALSE(program.write("four\n"));
}

// The wrapper, its child, and one with a session of its own ignore SIGTERM and the end of their input.
TEST_F(LastingProgramTest, LeavesNothingOfItsTree) {
  auto& program =
      start("trap '' TERM; " + note_pid("a") + "sh -c '" + note_pid("b") + "exec sleep 1000' & setsid sh -c '" +
            note_pid("c") + "exec sleep 1000' & echo ready; sleep 1000");
  output_with("ready");
  const pid_t all[] = {wait_for_pid("a"), wait_for_pid("b"), wait_for_pid("c")};
  program.end();
  EXPECT_EQ(end().how, Ended::ended);
  for (pid_t pid : all) EXPECT_TRUE(wait_for_end(pid));
}

TEST_F(LastingProgramTest, IsAskedBeforeItIsKilled) {
  auto& program = start({"sh", "-c", "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.01; done"},
                        std::chrono::seconds(2));  // in which it says bye, on a machine that has much to do
  output_with("ready");
  program.end();
  EXPECT_EQ(end().how, Ended::ended);
  EXPECT_EQ(end().code, 3);
  EXPECT_EQ(output_with("bye"), "ready\nbye\n");
}

TEST_F(LastingProgramTest, EndsWithTheEndOfItsInputWhenItLikes) {
  auto& program = start({"sh", "-c", "cat; echo last"}, std::chrono::hours(1));
  ASSERT_TRUE(program.write("first\n"));
  output_with("first\n");
  program.end();
  EXPECT_EQ(end().how, Ended::ended);
  EXPECT_EQ(output_with("last"), "first\nlast\n");
}

TEST_F(LastingProgramTest, SaysHowItEndedAndWhatItMayHaveRead) {
  auto& program = start("read line; exit 7");
  ASSERT_EQ(program.write("one\n"), 1u);
  EXPECT_EQ(end().how, Ended::exited);
  EXPECT_EQ(end().written, 1u);
  EXPECT_EQ(in_words(end()), "has ended by itself (exit code 7)");
}

TEST_F(LastingProgramTest, SaysWhyItDidNotStart) {
  auto& program = start({"no-such-server"}, Milliseconds(30));
  (void)program.write("one\n");
  EXPECT_EQ(end().how, Ended::not_started);
  EXPECT_EQ(end().written, 0u);
  EXPECT_THAT(in_words(end()), HasSubstr("no program 'no-such-server'"));
}

TEST_F(LastingProgramTest, LeavesOutAPieceThatWasWithdrawn) {
  auto permit = std::make_shared<StartPermit>(), other = std::make_shared<StartPermit>();
  permit->withdraw();
  auto& program = start("cat");
  ASSERT_TRUE(program.write("withdrawn\n", permit));
  ASSERT_TRUE(program.write("begun\n", other));
  EXPECT_EQ(output_with("begun\n"), "begun\n");
  EXPECT_FALSE(permit->begin());
  EXPECT_TRUE(other->begin());
}

TEST_F(LastingProgramTest, IsLostWithItsWarden) {
  start(note_pid("pid") + "exec sleep 1000");
  pid_t pid = wait_for_pid("pid");
  ::kill(parent_of(pid), SIGKILL);
  EXPECT_EQ(end().how, Ended::lost);
  EXPECT_TRUE(wait_for_end(pid));
}

TEST_F(LastingProgramTest, IsEndedAtOnceWithItsOwner) {
  pid_t pid = 0;
  {
    Guard guard;
    LastingProgram program(
        guard, {{"sh", "-c", note_pid("pid") + "trap '' TERM; sleep 1000"}, {}, path("."), std::chrono::hours(1)},
        {[](std::string_view) {}, [](const LastingEnd&) {}});
    pid = wait_for_pid("pid");
  }
  EXPECT_TRUE(wait_for_end(pid));
}

}  // namespace
}  // namespace executus::tools
