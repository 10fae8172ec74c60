#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/checkpoint/snapshot_factory.hpp>
#include <executus/testing/manual_loop.hpp>

#include "checkpoint/entries_test.hpp"

namespace executus::checkpoint {
namespace {

RunId id(std::string_view text) { return *RunId::parse(text); }

RunCheckpoint full_record() {
  RunCheckpoint record;
  record.meta = {id("run-1"), "agent", "name", "caller", "channel", "guild", "prompt", "tier", id("run-0")};
  record.messages.push_back(picture_question());
  record.messages.push_back(llm::assistant_message("looking", {{"a", "look", "{}"}}));
  record.messages.push_back({llm::Role::tool, {}, {}, {{"a", "look", "a cat", {}, true}}});
  record.iteration = 1;
  record.completed_phases = {{0, "plan", journal::PhaseEnd::salvaged, "half a plan", "too long"}};
  record.updated_at = WallTime(Milliseconds{1'700'000'000'123});
  record.usage = {100, 20, 3, 0, 1};
  record.elapsed = Milliseconds{4'500};
  record.ended = journal::Ended{RunStatus::error, "half a plan", "it broke", "run.max_steps"};
  record.fruitless = 2;
  record.artifacts = {{"a.png", "image/png", std::string("\0\1", 2)}};
  record.critic.extended = Milliseconds{60'000};
  record.critic.nudges = {"hurry"};
  record.submitted = "handed in";
  return record;
}

RunCheckpoint record_of(std::string_view run, int updated_at) {
  RunCheckpoint record;
  record.meta.run_id = id(run);
  record.updated_at = WallTime(Milliseconds{updated_at});
  return record;
}

std::string code_of(const boost::json::value& json) {
  try {
    (void)run_checkpoint_from_json(json);
  } catch (const Error& error) {
    return error.code();
  }
  return "read";
}

TEST(RunCheckpointJson, KeepsEverything) {  // [CK-20] [CK-21]
  auto record = full_record();
  auto read = run_checkpoint_from_json(boost::json::parse(boost::json::serialize(to_json(record))));

  EXPECT_EQ(read.meta, record.meta);
  ASSERT_EQ(read.messages.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read.messages[i], record.messages[i]);
  EXPECT_EQ(read.iteration, 1);
  ASSERT_EQ(read.completed_phases.size(), 1u);
  EXPECT_EQ(journal::encode(read.completed_phases[0]), journal::encode(record.completed_phases[0]));
  EXPECT_EQ(read.updated_at, record.updated_at);
  EXPECT_EQ(read.usage, record.usage);
  EXPECT_EQ(read.elapsed, record.elapsed);
  ASSERT_TRUE(read.ended);
  EXPECT_EQ(journal::encode(*read.ended), journal::encode(*record.ended));
  EXPECT_EQ(read.fruitless, 2);
  EXPECT_EQ(read.artifacts, record.artifacts);
  EXPECT_EQ(read.critic, record.critic);
  EXPECT_EQ(read.submitted, "handed in");
}

TEST(RunCheckpointJson, ReadsRecordsThatWereStoredBeforeUsageWas) {  // [CK-21] [DUR-11]
  auto json = to_json(full_record()).as_object();
  for (auto key : {"past", "elapsed_ms", "ended", "fruitless"}) json.erase(key);
  auto read = run_checkpoint_from_json(json);
  EXPECT_EQ(read.usage, llm::Usage{});
  EXPECT_EQ(read.elapsed, Milliseconds{0});
  EXPECT_FALSE(read.ended);
  EXPECT_EQ(read.fruitless, 0);
}

TEST(RunCheckpointJson, KeepsARunWithoutParent) {  // [CK-21]
  EXPECT_TRUE(run_checkpoint_from_json(to_json(record_of("a", 1))).meta.parent_run_id.empty());
}

TEST(RunCheckpointJson, RefusesWhatItDidNotWrite) {
  EXPECT_EQ(code_of(7), "journal.malformed");
  EXPECT_EQ(code_of(boost::json::object{}), "journal.malformed");
  for (auto key : {"meta", "messages", "iteration", "completed_phases", "updated_at"}) {
    auto json = to_json(full_record()).as_object();
    json[key] = "text";
    EXPECT_EQ(code_of(json), "journal.malformed") << key;
    json.erase(key);
    EXPECT_EQ(code_of(json), "journal.malformed") << key;
  }
  for (auto key : {"past", "elapsed_ms", "ended", "fruitless"}) {
    auto json = to_json(full_record()).as_object();
    json[key] = "text";
    EXPECT_EQ(code_of(json), "journal.malformed") << key;
  }
  auto newer = to_json(full_record()).as_object();
  newer["format"] = 2;
  EXPECT_EQ(code_of(newer), "journal.newer");
}

TEST(RunCheckpointJson, RefusesARunWithoutId) { EXPECT_EQ(code_of(to_json(RunCheckpoint{})), "journal.malformed"); }

TEST(MemorySnapshots, AnswersAMissWithNothing) {  // [CK-19] [CK-28]
  testing::ManualLoop loop;
  MemorySnapshots store;
  EXPECT_FALSE(loop.run(store.load(id("a"))).has_value());
  EXPECT_NO_THROW(loop.run(store.erase(id("a"))));
}

TEST(MemorySnapshots, KeepsTheLastSaveOfEachRun) {  // [CK-19] [CK-28]
  testing::ManualLoop loop;
  MemorySnapshots store;
  loop.run(store.save(record_of("a", 1)));
  loop.run(store.save(record_of("b", 2)));
  loop.run(store.save(record_of("a", 3)));
  EXPECT_EQ(loop.run(store.load(id("a")))->updated_at, WallTime(Milliseconds{3}));

  auto all = loop.run(store.list_interrupted());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].meta.run_id, id("b")) << "the one longest untouched comes first";
  loop.run(store.erase(id("b")));
  EXPECT_EQ(loop.run(store.list_interrupted()).size(), 1u);
}

TEST(ResumeState, IsWhatTheRecordHolds) {  // [CK-21]
  MemorySnapshots store;
  SnapshotFactory factory(&store);
  auto record = full_record();
  auto checkpointer = factory.resume(record);

  auto state = resume_state(record, checkpointer);

  ASSERT_EQ(state.history.size(), 3u);
  EXPECT_EQ(state.history[0], picture_question());
  EXPECT_EQ(state.iteration, 1);
  ASSERT_EQ(state.completed_phases.size(), 1u);
  EXPECT_EQ(state.completed_phases[0].name, "plan");
  EXPECT_EQ(state.checkpointer, checkpointer);
  EXPECT_EQ(state.usage, record.usage);
  EXPECT_EQ(state.elapsed, record.elapsed);
  EXPECT_EQ(state.ended->error, "it broke");
  EXPECT_EQ(state.fruitless, 2);
}

}  // namespace
}  // namespace executus::checkpoint
