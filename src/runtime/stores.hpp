// What a runtime keeps, and where: the runs in its database or in the journal that the host gives, all else beside
// them.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <executus/budget/memory_store.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/runtime/runtime.hpp>
#include <executus/store/sqlite/database.hpp>

#include "runtime/stored.hpp"

namespace executus {

// Threads: any. Every call opens the database when none did before, unless it says otherwise, and throws Error store.*
// when that fails.
class Stores final {
 public:
  // `options` and `clock` outlive this. `path`: of the database; may be empty.
  Stores(const RuntimeOptions& options, std::string path, const Clock& clock)
      : options_(options), path_(std::move(path)), nothing_(clock) {}

  // Opens nothing; empty: there is no place for one.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Of the database and of what is there beside it: the files whose names begin with its own. Opens nothing.
  [[nodiscard]] std::vector<std::string> paths() const;

  [[nodiscard]] bool is_open();  // opens nothing
  [[nodiscard]] journal::JournalStore& journal();
  [[nodiscard]] budget::BudgetStore& budgets();
  [[nodiscard]] schedule::ScheduleStore& schedules();
  // Error store.not_configured where there is no database.
  [[nodiscard]] storage::KvStore& values() { return stored().values(); }
  [[nodiscard]] storage::FileStore& files() { return stored().files(); }
  // Error saved.no_place where there is no database.
  [[nodiscard]] bool keeps_saved();
  [[nodiscard]] persona::PersonaStore& saved_agents();
  [[nodiscard]] skill::SkillStore& saved_skills();

 private:
  void open();
  std::shared_ptr<journal::JournalStore> open_at_path();
  const sqlite::Database& database_for_saved() const;
  Stored& stored();

  const RuntimeOptions& options_;
  const std::string path_;
  journal::MemoryJournal nothing_;  // what is read where no database is
  std::mutex mutex_;
  std::shared_ptr<journal::JournalStore> journal_;  // null: not opened yet
  std::optional<sqlite::Database> database_;        // nothing: the journal is the host's, or there is no file to read
  std::unique_ptr<budget::BudgetStore> budgets_ = std::make_unique<budget::MemoryBudgets>();
  // Null: not asked for yet.
  std::optional<Stored> stored_;
  std::shared_ptr<schedule::ScheduleStore> schedules_;
  std::unique_ptr<persona::PersonaStore> saved_agents_;
  std::unique_ptr<skill::SkillStore> saved_skills_;
};

}  // namespace executus
