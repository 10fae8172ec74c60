// What the record of a run begins with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/kept_run_test.hpp"

namespace executus::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(SnapshotFactory, DescribesTheRunInItsRecord) {  // [CK-20] [CK-27]
  KeptRun run;
  run.step("one");
  RunCheckpointMeta expected{*RunId::parse("run-1"), "agent-7", "Researcher",          "caller", "channel", "guild",
                             "what is this?",        "smart",   *RunId::parse("run-0")};
  EXPECT_EQ(run.store.saved.at(0).meta, expected);
}

TEST(SnapshotFactory, HasNoPromptWhenTheInputIsNoText) {  // [CK-27]
  testing::ManualLoop loop;
  FlakySnapshots store;
  SnapshotFactory factory(&store);
  auto asked = info();
  asked.inputs["prompt"] = 7;
  auto checkpointer = loop.run(factory.begin(asked));
  (void)loop.run(checkpointer->append(Entries()(admitted()), Durable::awaited, Boundary::gated, {}));
  EXPECT_EQ(store.saved.at(0).meta.prompt, "");
}

TEST(SnapshotFactory, KeepsNothingWithoutAStore) {  // [CK-25]
  testing::ManualLoop loop;
  SnapshotFactory factory(nullptr);
  Entries entries;
  auto checkpointer = loop.run(factory.begin(info()));
  ASSERT_NE(checkpointer, nullptr);
  (void)loop.run(checkpointer->append(entries(admitted()), Durable::awaited, Boundary::gated, {}));
  (void)loop.run(checkpointer->park(entries(journal::Waited{}), {}));
  loop.run(checkpointer->leave(journal::Attempt::counts));
  auto ended = loop.run(checkpointer->complete(entries(journal::Ended{}), {}));
  EXPECT_EQ(ended.verdict, journal::AppendVerdict::appended);
  EXPECT_EQ(checkpointer->may_dispatch(), RunWriter::Dispatch::yes);
  EXPECT_EQ(checkpointer->keeps(), RunWriter::Keeps::nothing);
}

TEST(SnapshotFactory, GoesOnWithTheRecordOfARunThatContinues) {  // [CK-22] [CK-05]
  KeptRun first;
  first.append(responded("looking", {kCall}));
  first.append(settled({0, 0}, "a cat"));
  auto record = first.interrupted().at(0);

  auto checkpointer = first.factory.resume(record);
  Entries entries(1);  // the kernel keeps the first entry to itself
  (void)first.loop.run(checkpointer->append(entries(responded("a cat")), Durable::awaited, Boundary::plain, {}));

  auto now = first.interrupted();
  ASSERT_THAT(now, SizeIs(1));
  EXPECT_EQ(now[0].meta, record.meta);
  EXPECT_EQ(now[0].past.iteration, 2);
  EXPECT_THAT(texts_of(now[0].messages), ElementsAre("what is this?", "looking", "[a cat]", "a cat"));
}

}  // namespace
}  // namespace executus::checkpoint
