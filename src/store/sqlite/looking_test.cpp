// A worker looks through the store every second: what is not due costs it nothing, and changes are told at once.
#include <future>
#include <map>

#include <executus/testing/manual_loop.hpp>

#include "store/sqlite/connection/wake_file.hpp"
#include "store/sqlite/journal_reader.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

constexpr auto kAtMost = std::chrono::minutes(1);  // a bound for a machine that is busy, not a measure

std::vector<std::string> plan_of(const std::filesystem::path& database, const std::string& sql) {
  Connection connection(database, Connection::Mode::existing, Milliseconds(5'000));
  Statement explain(connection, "EXPLAIN QUERY PLAN " + sql);
  auto rows = explain.query("", "", 0, "", "", "", "", "", 0, 0, 0, 0, 0);
  std::vector<std::string> steps;
  while (rows.next()) steps.emplace_back(rows.text(3));
  return steps;
}

TEST(LookingForDueRuns, ReadsIndexesAndNoTable) {  // [API-11]
  TemporaryFolder folder;
  Client client({.path = folder / "runs.db"});

  journal::RunFilter changed, to_end;
  changed.changed_since = WallTime{};
  to_end.told = journal::RunFilter::Told::to_end;
  for (const auto& filter : {journal::RunFilter{}, changed, to_end}) {
    auto plan = plan_of(folder / "runs.db", sql_of_claimable(filter));
    ASSERT_FALSE(plan.empty());
    EXPECT_EQ(plan.front(), "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)") << "of those that may be due";
    for (const auto& step : plan)
      EXPECT_TRUE(!step.starts_with("SCAN") || step.find("INDEX") != std::string::npos) << step;
  }
}

// Three callers with ten thousand queued runs each, one caller's before the next one's, of which each lasts a round.
TEST(LookingForDueRuns, SharesPlacesBetweenCallersOfThirtyThousandRuns) {  // [DUR-18]
  TemporaryFolder folder;
  testing::ManualClock clock;
  Client client({.path = folder / "runs.db", .clock = &clock});
  for (const char* caller : {"ann", "bob", "cy"}) {
    auto queued = Client::admission(caller, Durability::relaxed);
    queued.caller = caller;
    queued.start = journal::Start::queued;
    (void)client.run(client.store().admit(std::move(queued)));
  }
  copy_runs(folder / "runs.db", 9'999);
  client.run(client.store().set_limit({journal::LimitOf::all, "", 15}));

  std::map<std::string, int> begun;
  for (int round = 0; round < 3; ++round) {
    for (const auto& row : client.run(client.store().claimable({}))) {
      auto claimed = client.run(client.store().claim(row.id, row.epoch)).value();
      ++begun[row.caller];
      journal::Append end{row.id, claimed.epoch, row.last_seq, {{row.last_seq + 1, {}, {}, journal::Ended{}}}};
      (void)client.run(client.store().append(std::move(end)));
    }
    clock.advance(Milliseconds(1'000));
  }

  for (const char* caller : {"ann", "bob", "cy"}) EXPECT_EQ(begun[caller], 3 * 5) << caller;
}

// Runs that this process cannot drive are due for ever: they lie still.
TEST(LookingForDueRuns, LeavesOutThoseOfWhichNothingWasWritten) {  // [API-11]
  TemporaryFolder folder;
  Client client({.path = folder / "runs.db"});
  auto still = Client::admission("still");
  still.start = journal::Start::queued;
  (void)client.run(client.store().admit(std::move(still)));
  journal::RunFilter changed;
  changed.changed_since = client.find("still").updated + Milliseconds(1);

  auto plan = plan_of(folder / "runs.db", sql_of_claimable(changed));

  EXPECT_TRUE(client.run(client.store().claimable(changed)).empty());
  EXPECT_EQ(plan.front(), "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)");
  EXPECT_THAT(plan, ::testing::Contains(::testing::HasSubstr("runs_undriven (worker=? AND updated>?)")));
}

// Steps of SQLite's machine that a look takes, by which every row and every entry of an index that it visits is told.
int steps_of_look(const std::filesystem::path& database, const journal::RunFilter& filter, std::int64_t now) {
  Connection connection(database, Connection::Mode::existing, Milliseconds(5'000));
  Statement look(connection, sql_of_claimable(filter));
  int steps = 0;
  connection.tell_progress([&steps] { ++steps; }, 1);
  auto rows = look.query("", "", 0, "", "", "", "", "", 0, 0, 0, now - 1, now);
  EXPECT_FALSE(rows.next()) << "none is due";
  return steps;
}

void add_sleepers(const std::filesystem::path& database, int count, std::int64_t now) {
  Connection connection(database, Connection::Mode::existing, Milliseconds(5'000));
  auto sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" + std::to_string(count) +
             ") INSERT INTO runs(epoch,last_seq,status,durability,attempts,fruitless,updated,wake_at,created,reason,"
             "run_id,agent,caller,parent,root,fingerprint) SELECT 1,2,'waiting','strict',1,0," +
             std::to_string(now - 2'000) + "," + std::to_string(now + 60'000) + ",0,'timer'," + std::to_string(count) +
             "||'-'||i,'a','','','r','' FROM n";
  connection.execute(sql.c_str());
}

TEST(LookingForDueRuns, TakesAsManyStepsAmongTenThousandSleepersAsAmongTen) {  // [API-11] [DUR-43]
  TemporaryFolder folder;
  auto database = folder / "runs.db";
  {
    Client client({.path = database});
  }
  constexpr std::int64_t kNow = 1'700'000'000'000;
  journal::RunFilter changed;
  changed.changed_since = WallTime{};
  add_sleepers(database, 10, kNow);
  auto among_ten = steps_of_look(database, {}, kNow), of_changes = steps_of_look(database, changed, kNow);
  EXPECT_GT(among_ten, 0);
  EXPECT_GT(of_changes, 0);

  add_sleepers(database, 10'000, kNow);

  EXPECT_EQ(steps_of_look(database, {}, kNow), among_ten);
  EXPECT_EQ(steps_of_look(database, changed, kNow), of_changes);
}

journal::RunFilter with(auto journal::RunFilter::* field, auto value) {
  journal::RunFilter filter;
  filter.*field = value;
  return filter;
}

TEST(ListsOfRuns, AreReadFromAnIndexInTheirOrder) {
  TemporaryFolder folder;
  Client client({.path = folder / "runs.db"});
  using F = journal::RunFilter;
  const std::vector<std::pair<std::string, F>> indexes{
      {"runs_by_time", {}},
      {"runs_by_time", with(&F::since, WallTime())},
      {"runs_by_time", with(&F::after, journal::RunPlace{})},
      {"runs_by_time", with(&F::started, F::Started::by_a_caller)},
      {"runs_by_time", with(&F::started, F::Started::without_parent)},
      {"runs_of_agent", with(&F::agent, "clerk")},
      {"runs_of_caller", with(&F::caller, "ann")},
      {"runs_of_channel", with(&F::channel, "mail")},
      {"runs_by_end", with(&F::order, F::Order::by_end)},
      {"runs_of_root", with(&F::root, "r")},
      {"runs_of_parent", with(&F::parent, "r")},
      {"runs_of_status", with(&F::statuses, std::vector{RunStatus::waiting})}};

  for (const auto& [index, filter] : indexes) {
    auto plan = plan_of(folder / "runs.db", sql_of_list(filter));
    ASSERT_FALSE(plan.empty());
    EXPECT_THAT(plan.front(), ::testing::HasSubstr("USING INDEX " + index)) << sql_of_list(filter);
    for (const auto& step : plan) EXPECT_EQ(step.find("TEMP B-TREE"), std::string::npos) << step;
  }
  auto several = with(&F::statuses, std::vector{RunStatus::waiting, RunStatus::queued});
  EXPECT_THAT(plan_of(folder / "runs.db", sql_of_list(several)).front(), ::testing::HasSubstr("runs_of_status"));
  auto continued = plan_of(folder / "runs.db", sql_of_list(with(&F::continues, "r")));
  EXPECT_THAT(continued.front(), ::testing::HasSubstr("runs_that_continue"));
}

TEST(LookingForDueRuns, HearsOfChangesAlsoAfterTheWakeFileWasRemoved) {  // [API-11]
  TemporaryFolder folder;
  auto database = folder / "runs.db";
  std::promise<void> of_removal, of_touch;
  int told = 0;
  auto watch = watch_wake_file(database, [&] {
    if (++told == 1) of_removal.set_value();
    if (told == 2) of_touch.set_value();
  });
  ASSERT_NE(watch, nullptr);

  std::filesystem::remove(WakeFile::path_for(database));
  ASSERT_EQ(of_removal.get_future().wait_for(kAtMost), std::future_status::ready);
  WakeFile(database).touch();

  EXPECT_EQ(of_touch.get_future().wait_for(kAtMost), std::future_status::ready);
}

TEST(LookingForDueRuns, ASilentFolderIsNoError) {  // [API-11]
  EXPECT_EQ(watch_wake_file("/no/such/folder/runs.db", [] {}), nullptr);
  WakeFile("/no/such/folder/runs.db").touch();
}

}  // namespace
}  // namespace executus::sqlite
