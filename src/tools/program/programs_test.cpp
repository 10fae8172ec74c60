#include "tools/program/programs.hpp"

#include <future>
#include <optional>

#include <executus/async/root_group.hpp>

#include "tools/program/program_fixture_test.hpp"

namespace executus::tools {
namespace {

class ProgramsInLine : public ProgramFixture {
 protected:
  static Task<bool> was_cancelled(Programs* programs, ProgramSpec spec) {
    bool cancelled = false;
    try {
      (void)co_await programs->run(std::move(spec), std::make_shared<StartPermit>());
    } catch (const Cancelled&) {
      cancelled = true;
    }
    co_return cancelled;
  }
  struct Started {
    std::promise<bool> promise;
    RootHandle handle;
    bool was_cancelled() { return promise.get_future().get(); }
  };
  void start(Started& started, ProgramSpec spec) {
    started.handle = group_.spawn(detail::fulfil(was_cancelled(&programs_, std::move(spec)), started.promise));
  }

  static Task<void> pass() { co_return; }
  void wait_for_what_was_spawned() { block_on(*loop_, pass()); }  // one thread, which takes tasks in order

  Guard guard_;
  Programs programs_{guard_, 1};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  RootGroup group_{*loop_};
};

TEST_F(ProgramsInLine, ACancelledCallEndsWhenItsProgramIsGone) {  // [DUR-05]
  Started call;
  start(call, shell(note_pid("program") + "exec sleep 1000"));
  pid_t program = wait_for_pid("program");

  call.handle.cancel({Cause::caller, ""});

  EXPECT_TRUE(call.was_cancelled());
  EXPECT_FALSE(lives(program));
}

TEST_F(ProgramsInLine, ACallThatIsCancelledInLineNeverStarts) {  // [DUR-27]
  Started first, second, third;
  start(first, shell(note_pid("first") + "while [ ! -e go ]; do sleep 0.01; done"));
  (void)wait_for_pid("first");
  start(second, shell("touch second"));
  wait_for_what_was_spawned();

  second.handle.cancel({Cause::caller, ""});
  EXPECT_TRUE(second.was_cancelled());
  start(third, shell("true"));
  std::ofstream(path("go")) << "go";

  EXPECT_FALSE(first.was_cancelled());
  EXPECT_FALSE(third.was_cancelled()) << "the line has moved past the second one's place";
  EXPECT_FALSE(std::filesystem::exists(path("second")));
}

}  // namespace
}  // namespace executus::tools
