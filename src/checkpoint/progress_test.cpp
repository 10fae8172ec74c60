#include "checkpoint/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/entries_test.hpp"

namespace executus::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Progress a_run(Entries& entries) {
  Progress progress(RunCheckpointMeta{*RunId::parse("run-1")});
  progress.take_in(entries(admitted()));
  return progress;
}

// A response that asks for four calls: one is answered, one was not sent, two were sent with no answer yet.
Progress in_the_middle_of_a_batch() {
  Entries entries;
  auto progress = a_run(entries);
  progress.take_in(
      entries(responded("busy", {{"a", "read", ""}, {"b", "read", ""}, {"c", "pay", ""}, {"d", "put", ""}})));
  progress.take_in(entries(settled({0, 0}, "done")));
  progress.take_in(entries(journal::Intended{{0, 2}, "k2", "irreversible"}));
  progress.take_in(entries(journal::Intended{{0, 3}, "k3", "keyed"}));
  progress.take_in(entries(journal::Steered{llm::user_message("hurry"), "steer"}));
  return progress;
}

TEST(Progress, EndsAnOpenBatchWithTheResultsThereAre) {
  auto messages = in_the_middle_of_a_batch().snapshot({}).messages;

  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[3].text(), "hurry") << "nothing said meanwhile is lost";
  const auto& results = messages[2].tool_results;
  ASSERT_EQ(results.size(), 2u) << "what was not sent, or may be sent again, is left to do";
  EXPECT_EQ(results[0].text, "done");
  EXPECT_EQ(results[1].call_id, "c");
  EXPECT_TRUE(results[1].is_error);
  EXPECT_THAT(results[1].text, HasSubstr("it may have happened"));
}

TEST(Progress, ContinuesAnOpenBatchWithWhatIsLeftOfIt) {
  Progress continued(in_the_middle_of_a_batch().snapshot({}));
  Entries entries(1);

  continued.take_in(entries(settled({0, 1}, "read")));
  EXPECT_EQ(continued.boundaries(), 0u);
  continued.take_in(entries(settled({0, 3}, "put")));

  EXPECT_EQ(continued.boundaries(), 1u);
  auto texts = texts_of(continued.snapshot({}).messages);
  EXPECT_THAT(texts, ElementsAre("what is this?", "busy", HasSubstr("[done][read][The process ended"), "hurry"));
}

TEST(Progress, TellsOfCallsInDoubt) {
  Entries entries;
  auto progress = a_run(entries);
  progress.take_in(entries(responded("", {{"a", "put", ""}})));
  progress.take_in(entries(journal::Intended{{0, 0}, "k", "keyed"}));
  progress.take_in(entries(journal::Waited{WaitReason::in_doubt, {{0, 0}}, "", {}}));
  EXPECT_THAT(texts_of(progress.snapshot({}).messages).back(), HasSubstr("it may have happened"));
}

TEST(Progress, TakesInRepeatedEntriesOnce) {
  Entries entries;
  auto progress = a_run(entries);
  auto response = entries(responded("one"));
  progress.take_in(response);
  progress.take_in(response);
  EXPECT_EQ(progress.snapshot({}).past.iteration, 1);
}

TEST(Progress, RefusesEntriesThatCannotFollow) {
  Progress progress(RunCheckpointMeta{*RunId::parse("run-1")});
  EXPECT_THROW(progress.take_in(Entries(1)(responded("one"))), Error) << "a fresh run begins with its admission";
}

TEST(Progress, AddsPhasesToThoseOfARunThatContinues) {  // [CK-10]
  RunCheckpoint record;
  record.meta.run_id = *RunId::parse("run-1");
  record.messages.push_back(picture_question());
  record.past.iteration = 5;
  record.past.phases = {{0, "plan", journal::PhaseEnd::completed, "the plan", ""}};
  Progress progress(record);
  Entries entries(1);

  progress.take_in(entries(journal::PhaseStarted{1, "write", "", "m"}));
  progress.take_in(entries(responded("text")));
  progress.take_in(entries(journal::PhaseEnded{1, "write", journal::PhaseEnd::completed, "text", ""}));

  auto now = progress.snapshot({});
  EXPECT_EQ(now.past.iteration, 6);
  ASSERT_EQ(now.past.phases.size(), 2u);
  EXPECT_EQ(now.past.phases[0].output, "the plan");
  EXPECT_THAT(texts_of(now.messages), ElementsAre("what is this?"));
}

TEST(Progress, AddsNothingForAnAdmissionOfARunThatContinues) {
  Entries before;
  auto first = a_run(before);
  first.take_in(before(responded("one")));
  Progress progress(first.snapshot({}));
  Entries entries;

  progress.take_in(entries(admitted()));
  progress.take_in(entries(responded("two")));

  EXPECT_THAT(texts_of(progress.snapshot({}).messages), ElementsAre("what is this?", "one", "two"));
}

}  // namespace
}  // namespace executus::checkpoint
