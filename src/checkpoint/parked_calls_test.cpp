// Calls that wait, in runs that a host keeps as snapshots: the host takes them up when they are due.
#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/tool/typed_tool.hpp>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

struct NoArguments {};
BOOST_DESCRIBE_STRUCT(NoArguments, (), ())

TEST(Snapshots, KeepUntilWhenACallWaits) {  // [DUR-43] [DUR-11]
  SnapshotHost run([](std::size_t turn) { return turn == 0 ? run::calls({{"c", "nap", "{}"}}) : run::says("done"); });
  std::vector<bool> woken;
  run.add(make_tool<NoArguments>({.name = "nap", .effect = tool::Effect::irreversible},
                                 [&woken](NoArguments, const tool::Call& call) -> tool::Outcome {
                                   woken.push_back(call.woken());
                                   if (!call.woken()) return tool::ParkFor{1h};
                                   return tool::Done{"awake", {}};
                                 }));
  auto due = run.loop.clock().wall() + 1h;
  EXPECT_EQ(run.run().wake_at, due);
  ASSERT_THAT(run.interrupted(), SizeIs(1));

  run.loop.advance(30min);
  EXPECT_EQ(run.resume(run.interrupted().at(0)).wake_at, due) << "taken up too early, it waits on";
  run.loop.advance(30min);
  EXPECT_TRUE(run.resume(run.interrupted().at(0)).ok());
  EXPECT_THAT(woken, ElementsAre(false, true));
}

}  // namespace
}  // namespace executus::checkpoint
