// Jobs in an SQLite file.
#include <future>

#include <executus/base/json.hpp>
#include <executus/schedule/job_json.hpp>
#include <executus/store/sqlite/schedules.hpp>

#include "schedule/store_suite_test.hpp"
#include "store/sqlite/open_database.hpp"
#include "store/sqlite/schedule/schedule_queries.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::schedule {
namespace {

// A store whose file goes with it.
class InAFile final : public ScheduleStore {
 public:
  Task<std::vector<Job>> due(WallTime now) override { return store_->due(now); }
  Task<std::optional<WallTime>> next_look(WallTime now) override { return store_->next_look(now); }
  Task<std::vector<Job>> list() override { return store_->list(); }
  Task<std::optional<Job>> find(std::string id) override { return store_->find(std::move(id)); }
  Task<bool> add(Job job) override { return store_->add(std::move(job)); }
  Task<bool> replace(Job job) override { return store_->replace(std::move(job)); }
  Task<bool> remove(std::string id) override { return store_->remove(std::move(id)); }

 private:
  sqlite::TemporaryFolder folder_;
  sqlite::Database database_{{folder_ / "state.db"}};
  std::unique_ptr<ScheduleStore> store_ = sqlite::schedules_of(database_);
};

INSTANTIATE_TEST_SUITE_P(Sqlite, ScheduleStoreSuite, ::testing::Values([] { return std::make_unique<InAFile>(); }));

class SqliteSchedules : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  std::string text(std::string sql, int column = 0) {
    return run((*database_->shared())->look([sql = std::move(sql), column](sqlite::Connection& connection) {
      sqlite::Statement statement(connection, sql);
      auto rows = statement.query();
      std::string all;
      while (rows.next()) all += std::string(rows.text(column)) + "\n";
      return all;
    }));
  }
  void spoil(std::string id) {
    (void)run((*database_->shared())->change([id = std::move(id)](sqlite::Connection& connection) {
      sqlite::Statement(connection, "UPDATE schedules SET job='{}' WHERE id=?").run(id);
      return Nothing{};
    }));
  }
  static Job job(const std::string& id = "report") {
    Job job;
    job.id = id;
    job.next = job.fires_at = WallTime(std::chrono::minutes(7));
    return job;
  }

  sqlite::TemporaryFolder folder_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::optional<sqlite::Database> database_{std::in_place, sqlite::Options{folder_ / "state.db"}};
  std::unique_ptr<ScheduleStore> store_ = sqlite::schedules_of(*database_);
};

TEST_F(SqliteSchedules, AreThereInTheNextProcess) {  // [STO-01] [STO-02]
  ASSERT_TRUE(run(store_->add(job())));
  store_.reset();
  database_.reset();

  database_.emplace(sqlite::Options{folder_ / "state.db"});
  store_ = sqlite::schedules_of(*database_);

  auto again = job();
  again.revision = 1;
  EXPECT_EQ(run(store_->find("report")), again);
}

// The job and its column, as the file has them.
TEST_F(SqliteSchedules, AreMarkedInOneStatement) {  // [STO-02] [STO-05]
  ASSERT_TRUE(run(store_->add(job())));
  auto marked = run(store_->find("report")).value();
  marked.next = marked.fires_at = WallTime(std::chrono::minutes(8));
  ASSERT_TRUE(run(store_->replace(marked)));

  EXPECT_EQ(text("SELECT looks_at FROM schedules"), "480000\n");
  EXPECT_EQ(text("SELECT job FROM schedules"), write_json(to_json(marked)) + "\n");
}

TEST_F(SqliteSchedules, AreFoundByAnIndex) {
  for (auto query : {sqlite::kDueSchedules, sqlite::kNextLook})
    EXPECT_THAT(text("EXPLAIN QUERY PLAN " + std::string(query), 3), ::testing::StartsWith("SEARCH schedules USING"))
        << query;
}

TEST_F(SqliteSchedules, TellOtherProcessesOfAChange) {
  std::promise<void> told;
  auto watch = database_->journal()->watch([&told, once = false]() mutable {
    if (!std::exchange(once, true)) told.set_value();
  });
  ASSERT_TRUE(run(store_->add(job())));
  told.get_future().wait();
}

TEST_F(SqliteSchedules, ThatCannotBeReadAreNamed) {
  ASSERT_TRUE(run(store_->add(job())));
  spoil("report");
  try {
    (void)run(store_->find("report"));
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "store.corrupt");
    EXPECT_THAT(error.message(), ::testing::HasSubstr("'report'"));
  }
}

// As one of a newer version.
TEST_F(SqliteSchedules, ThatCannotBeReadKeepNoOtherFromItsTime) {  // [SCH-04]
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(run(store_->add(job(id))));
  spoil("b");

  std::vector<std::string> due;
  for (const auto& each : run(store_->due(WallTime(std::chrono::minutes(7))))) due.push_back(each.id);
  EXPECT_THAT(due, ::testing::ElementsAre("a", "c"));

  auto all = run(store_->list());
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].id, "b");
  EXPECT_FALSE(all[1].next);
  EXPECT_THAT(all[1].trouble, ::testing::HasSubstr("the schedule 'b' in the database cannot be read"));
}

}  // namespace
}  // namespace executus::schedule
