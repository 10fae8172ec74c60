#include "async/contained.hpp"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus {
namespace {

using testing::ManualLoop;

struct Lines final : Logger {
  void log(LogLevel level, std::string_view message) noexcept override {
    levels.push_back(level);
    lines.emplace_back(message);
  }
  std::vector<LogLevel> levels;
  std::vector<std::string> lines;
};

Task<void> fails() {
  throw std::runtime_error("the port is broken");
  co_return;
}

Task<void> waits_for_ever() {
  OneShot<> never;
  co_await never.wait();
}

Task<void> in_a_cancelled_scope(Task<void> task) {
  TaskContext context = co_await this_task();
  CancelScope scope(*context.scope);
  scope.cancel({Cause::shutdown, ""});
  TaskContext inner{context.strand, &scope};
  co_await std::move(task).in(inner);
}

Task<void> set_later(bool* done) {
  co_await sleep_for(Milliseconds(10));
  *done = true;
}

TEST(Contained, ACallThatThrowsIsLogged) {
  Lines log;
  std::string port = "audit";

  contained(log, LogLevel::warn, {"the ", port, " threw"}, [] { throw std::runtime_error("it is broken"); });

  ASSERT_EQ(log.lines, std::vector<std::string>{"the audit threw: it is broken"});
  EXPECT_EQ(log.levels[0], LogLevel::warn);
}

TEST(Contained, ACallThatReturnsIsNotLogged) {
  Lines log;
  bool called = false;

  contained(log, LogLevel::warn, {"the audit threw"}, [&] { called = true; });

  EXPECT_TRUE(called);
  EXPECT_TRUE(log.lines.empty());
}

TEST(ContainedFor, ATaskThatThrowsIsLogged) {
  ManualLoop loop;
  Lines log;

  loop.run(contained_for(Milliseconds(1'000), fails(), "closing", {log, LogLevel::error, "closing failed"}));

  EXPECT_EQ(log.lines, std::vector<std::string>{"closing failed: the port is broken"});
}

TEST(ContainedFor, ATaskIsDoneThoughTheScopeIsCancelled) {
  ManualLoop loop;
  Lines log;
  bool done = false;

  auto task = contained_for(Milliseconds(1'000), set_later(&done), "closing", {log, LogLevel::error, "closing failed"});
  loop.run(in_a_cancelled_scope(std::move(task)));

  EXPECT_TRUE(done);
  EXPECT_TRUE(log.lines.empty());
}

TEST(ContainedFor, ATaskThatHangsIsGivenUp) {
  ManualLoop loop;
  Lines log;
  RootGroup group(loop);
  Complaint complaint{log, LogLevel::error, "closing failed"};
  (void)group.spawn(contained_for(Milliseconds(1'000), waits_for_ever(), "closing", complaint));
  loop.run_ready();

  loop.advance(Milliseconds(1'000));

  ASSERT_EQ(log.lines.size(), 1u);
  EXPECT_TRUE(log.lines[0].starts_with("closing failed: ")) << log.lines[0];
}

}  // namespace
}  // namespace executus
