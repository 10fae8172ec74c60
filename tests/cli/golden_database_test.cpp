// The database that an executus of this format wrote: each battery finds what it kept there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/loop.hpp>
#include <executus/async/root_group.hpp>
#include <executus/audit/journal_history.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/store/sqlite/budget.hpp>
#include <executus/store/sqlite/saved.hpp>
#include <executus/store/sqlite/schedules.hpp>
#include <executus/store/sqlite/storage.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class GoldenDatabase : public ::testing::Test {
 protected:
  GoldenDatabase() {
    std::filesystem::copy_file(std::string(EXECUTUS_SOURCE) + "/src/store/sqlite/golden/format_5.db", file_);
    std::filesystem::permissions(file_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    database_.emplace(sqlite::Options{file_});
  }
  template <class T>
  T wait(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  journal::JournalStore& journal() { return *database_->journal(); }
  audit::AuditRun history_of(const char* run) {
    return wait(audit::JournalHistory(journal()).find(*RunId::parse(run))).value();
  }
  journal::Checkpoint folded(const char* run) {
    return journal::fold(wait(journal().read(*RunId::parse(run), 0, 1'000)));
  }
  std::vector<std::string> statuses_of(const char* agent) {
    journal::RunFilter filter;
    filter.agent = agent;
    std::vector<std::string> found;
    for (const auto& row : wait(journal().list(std::move(filter))))
      found.push_back(row.id.str() + " " + std::string(to_string(row.status)));
    return found;
  }
  budget::Standing standing(const std::string& account) {
    auto store = sqlite::make_budget_store(*database_);
    for (const auto& each : wait(store->list(kWritten)))
      if (each.limit.account == account) return each;
    throw std::runtime_error("no account " + account);
  }

  static constexpr WallTime kWritten{Milliseconds(1'796'065'655'000)};  // when the last row was
  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "state.db";
  std::unique_ptr<Loop> loop_ = make_loop();
  std::optional<sqlite::Database> database_;
};

TEST_F(GoldenDatabase, HasItsRuns) {  // [DUR-21] [STO-06]
  EXPECT_THAT(statuses_of("plain"),
              ElementsAre("attached ok", "forked queued", "queued queued", "lazy ok", "continued ok", "plain ok"));
  EXPECT_THAT(statuses_of("sleeper"), ElementsAre("cancelled cancelled", "sleeper waiting"));
  EXPECT_THAT(statuses_of("slow"), ElementsAre("slow running"));
  EXPECT_EQ(folded("changed").ended->status, RunStatus::ok) << "a person changed its call";
  EXPECT_EQ(folded("editor").ended->status, RunStatus::ok) << "its edit was planned";
  EXPECT_THAT(wait(journal().below(*RunId::parse("mapper"), 10)), SizeIs(2));
  EXPECT_THAT(wait(journal().inbox(*RunId::parse("asker"))), SizeIs(1)) << "what it was told";
  EXPECT_EQ(wait(journal().find(*RunId::parse("erased"))), std::nullopt);
}

TEST_F(GoldenDatabase, HasWhatWasSentAndWhatWasNot) {  // [DUR-21]
  auto targets = [this](journal::OutgoingState state) {
    std::vector<std::string> runs;
    for (const auto& each : wait(journal().outgoing_in(state, 10))) runs.push_back(each.run.str());
    return runs;
  };
  EXPECT_THAT(targets(journal::OutgoingState::pending), ElementsAre("later"));
  EXPECT_THAT(targets(journal::OutgoingState::refused), ElementsAre("gone"));
}

TEST_F(GoldenDatabase, HasLimitsOfTheQueue) {  // [DUR-21] [STO-06]
  using journal::LimitOf, journal::QueueLimit;
  EXPECT_THAT(wait(journal().limits()), ElementsAre(QueueLimit{LimitOf::agent, "keeper", 2, false},
                                                    QueueLimit{LimitOf::queue, "nightly", {}, true}));
}

TEST_F(GoldenDatabase, HasTheHistoryOfRuns) {  // [DUR-21] [STO-06]
  auto plain = history_of("plain");
  EXPECT_EQ(plain.info.caller, "ada");
  EXPECT_EQ(plain.stats.usage, (llm::Usage{100, 50, 0, 0, 0}));
  EXPECT_EQ(plain.stats.cost.known.count, 2'000'000) << "nano-dollars, by the prices of then";
  auto below = wait(audit::JournalHistory(journal()).below(*RunId::parse("family")));
  ASSERT_THAT(below, SizeIs(1));
  EXPECT_EQ(below[0].info.name, "child");
}

TEST_F(GoldenDatabase, HasBudgets) {  // [DUR-21] [STO-06]
  auto ada = standing("caller:ada");
  EXPECT_EQ(ada.limit.window, std::chrono::hours(168));
  EXPECT_EQ(ada.limit.limits.cost->count, 20'000'000'000);
  EXPECT_EQ(ada.spent.cost.count, 6'200'000);
  auto slow = standing("run:slow");
  EXPECT_EQ(slow.held.tokens, 4'001) << "of a call whose process was killed";
  EXPECT_EQ(slow.estimated.tokens, 4'001) << "of one before it";
  EXPECT_EQ(standing("run:digger").limit.policy.on_breach, OnBreach::park);
  EXPECT_EQ(standing("agent:keeper").spent.tokens, 360);
}

TEST_F(GoldenDatabase, HasSchedules) {  // [DUR-21] [STO-06]
  auto store = sqlite::schedules_of(*database_);
  auto jobs = wait(store->list());
  ASSERT_THAT(jobs, SizeIs(2));
  EXPECT_TRUE(jobs[0].paused);
  EXPECT_EQ(jobs[1].plan.cron, "*/2 * * * * *");
  EXPECT_EQ(jobs[1].last_run, "ticker-2c6bc1588bbd-20261130T190732Z");
  EXPECT_EQ(history_of(jobs[1].last_run.c_str()).stats.status, RunStatus::ok);
  EXPECT_THAT(wait(store->due(kWritten)), SizeIs(1));
}

TEST_F(GoldenDatabase, HasSavedAgentsAndSkills) {  // [DUR-21] [STO-06]
  auto agents = sqlite::make_persona_store(*database_);
  auto clerk = agents->find_named("ada", "clerk").value();
  EXPECT_EQ(clerk.record.number, 2);
  EXPECT_EQ(clerk.definition.agent.system_prompt, "Answer the letter briefly.");
  EXPECT_EQ(clerk.definition.schedule.cron, "@weekly");
  EXPECT_TRUE(saved::source_of(clerk.definition)) << "its file";
  EXPECT_THAT(agents->list_for("bob"), SizeIs(1)) << "it is shared";
  auto versions = agents->versions(clerk.record.id);
  ASSERT_THAT(versions, SizeIs(2));
  EXPECT_EQ(versions[1].definition.agent.system_prompt, "Answer the letter kindly.");
  auto sum = sqlite::make_skill_store(*database_)->find_named("ada", "sum").value();
  EXPECT_TRUE(sum.definition.inputs.contains("properties"));
}

TEST_F(GoldenDatabase, HasValuesAndFilesAlsoSealedOnes) {  // [DUR-21] [STO-06]
  auto keeper = storage::Scope::of_agent("keeper").value(), sealer = storage::Scope::of_agent("sealer").value();
  auto key = MasterKey::parse("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=").value();
  EXPECT_EQ(wait(sqlite::kv_store_of(*database_)->get(keeper, "colour")), "blue");
  EXPECT_EQ(wait(sqlite::kv_store_of(*database_, {key})->get(sealer, "colour")), "blue");
  for (const auto& scope : {keeper, sealer}) {
    auto files = scope == sealer ? sqlite::file_store_of(*database_, {key}) : sqlite::file_store_of(*database_);
    auto list = wait(files->list(scope, {}));
    ASSERT_THAT(list, SizeIs(1));
    EXPECT_EQ(list[0].name, "note.txt");
    EXPECT_EQ(wait(files->read(list[0].id, 0, 100)), "a kept note");
  }
}

}  // namespace
}  // namespace executus
