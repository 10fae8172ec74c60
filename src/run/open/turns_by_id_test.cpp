#include "run/open/turns_by_id.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/async/task_group.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::run {
namespace {

using ::testing::ElementsAre;

struct TurnsOfOneId : ::testing::Test {
  // Notes that it has its turn, and keeps it until `over` is set.
  Task<void> have_turn(std::string who, OneShot<> over) {
    auto turn = co_await turns.take(*RunId::parse("run"));
    had.push_back(std::move(who));
    co_await over.wait_shielded();
  }
  // Waits for a turn, and is destroyed when `enough` is set, before it has it.
  Task<void> wait_in_vain(OneShot<> enough) {
    TaskContext context = co_await this_task();
    TaskGroup group(context);
    group.spawn(have_turn("in vain", OneShot<>()));
    co_await enough.wait_shielded();
  }

  testing::ManualLoop loop;
  TurnsById turns;
  std::vector<std::string> had;
  OneShot<> first, second;
  RootGroup group{loop};
};

TEST_F(TurnsOfOneId, ComeInTheOrderOfTheAsking) {  // [DUR-28]
  group.spawn(have_turn("a", first));
  group.spawn(have_turn("b", second));
  loop.run_ready();
  EXPECT_THAT(had, ElementsAre("a"));
  first.set();
  loop.run_ready();
  EXPECT_THAT(had, ElementsAre("a", "b"));
  second.set();
  loop.run_ready();
}

TEST_F(TurnsOfOneId, PassByATaskThatIsGone) {  // [DUR-28]
  OneShot<> enough;
  group.spawn(have_turn("a", first));
  loop.run_ready();
  group.spawn(wait_in_vain(enough));
  loop.run_ready();
  second.set();
  group.spawn(have_turn("c", second));
  loop.run_ready();

  enough.set();
  loop.run_ready();
  first.set();
  loop.run_ready();

  EXPECT_THAT(had, ElementsAre("a", "c"));
}

}  // namespace
}  // namespace executus::run
