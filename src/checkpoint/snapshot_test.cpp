#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/checkpoint/snapshot_factory.hpp>
#include <executus/testing/manual_loop.hpp>

#include "checkpoint/entries_test.hpp"
#include "journal/fields_test.hpp"

namespace executus::checkpoint {
namespace {

RunId id(std::string_view text) { return *RunId::parse(text); }

auto fields_of(const RunCheckpoint& record) {
  const auto& [meta, messages, past, updated_at, elapsed, ended, fruitless] = record;
  return std::tie(meta, past, updated_at, elapsed, ended, fruitless);
}

RunCheckpoint full_record() {
  RunCheckpoint record;
  record.meta = {id("run-1"), "agent", "name", "caller", "channel", "guild", "prompt", "tier", id("run-0")};
  record.messages.push_back(picture_question());
  record.messages.push_back(llm::assistant_message("looking", {{"a", "look", "{}"}}));
  record.messages.push_back({llm::Role::tool, {}, {}, {{"a", "look", "a cat", {}, true}}});
  record.past = journal::full_past();
  record.updated_at = WallTime(Milliseconds{1'700'000'000'123});
  record.elapsed = Milliseconds{4'500};
  record.ended = journal::Ended{RunStatus::error, "half a plan", "it broke", "run.max_steps"};
  record.fruitless = 2;
  return record;
}

// Every field of both, but for the messages.
void expect_same(const RunCheckpoint& left, const RunCheckpoint& right) {
  std::apply(
      [&](const auto&... a) {
        std::apply([&](const auto&... b) { EXPECT_TRUE((journal::same(a, b) && ...)); }, fields_of(right));
      },
      fields_of(left));
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

  expect_same(read, record);
  ASSERT_EQ(read.messages.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read.messages[i], record.messages[i]);
}

TEST(RunCheckpointJson, ReadsRecordsThatWereStoredBeforeUsageWas) {  // [CK-21] [DUR-11]
  auto json = to_json(full_record()).as_object();
  for (auto key : {"past", "elapsed_ms", "ended", "fruitless"}) json.erase(key);
  auto read = run_checkpoint_from_json(json);
  EXPECT_EQ(read.past.iteration, 3);
  EXPECT_EQ(read.past.phases.size(), 1u);
  EXPECT_EQ(read.past.usage, llm::Usage{});
  EXPECT_EQ(read.elapsed, Milliseconds{0});
  EXPECT_FALSE(read.ended);
  EXPECT_EQ(read.fruitless, 0);
}

// As they were stored before what is known of calls, the finish and the like were.
TEST(RunCheckpointJson, ReadsPastsThatHadFewerFields) {  // [CK-21]
  auto json = to_json(full_record()).as_object();
  auto& past = json["past"].as_object();
  for (auto key : {"spent", "finish", "served_by", "runs_below", "attempts", "unheard", "messages", "compacted",
                   "calls", "generated"})
    ASSERT_EQ(past.erase(key), 1u) << key;
  auto read = run_checkpoint_from_json(json).past;
  EXPECT_EQ(read.submitted, "the answer");
  EXPECT_FALSE(read.finish);
  EXPECT_TRUE(read.calls.empty());
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
  newer["format"] = 3;
  EXPECT_EQ(code_of(newer), "journal.newer");
  auto older = to_json(full_record()).as_object();
  older["format"] = 1;
  EXPECT_EQ(code_of(older), "journal.older");
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

  const auto& [history, past, kept_by, elapsed, ended, fruitless] = state;
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0], picture_question());
  EXPECT_EQ(kept_by, checkpointer);
  RunCheckpoint told{record.meta, record.messages, past, record.updated_at, elapsed, ended, fruitless};
  expect_same(told, record);
}

}  // namespace
}  // namespace executus::checkpoint
