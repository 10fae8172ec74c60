#include "runtime/stores.hpp"

#include <filesystem>
#include <utility>

#include <executus/schedule/memory_store.hpp>
#include <executus/store/sqlite/budget.hpp>
#include <executus/store/sqlite/saved.hpp>
#include <executus/store/sqlite/schedules.hpp>

#include "runtime/state_path.hpp"

namespace executus {
namespace {

Error no_durability() {
  return failed("store.not_configured",
                "no place for the database: set EXECUTUS_DB, or XDG_STATE_HOME or HOME to an absolute path, or pass "
                "--db PATH");
}

// SQLite's own names for something that is no file: here they would become files of these names.
bool is_sqlite_name(const std::string& path) { return path == ":memory:" || path.starts_with("file:"); }

Error is_no_path(const std::string& path) {
  return failed("store.cannot_open", "'" + path +
                                         "' is no path of a file; give one with --db, or run with --durability memory "
                                         "to keep nothing");
}

Error is_directory(const std::string& path) {
  return failed("store.cannot_open", "the database '" + path +
                                         "' is a directory; give the path of a file, such as --db " +
                                         (std::filesystem::path(path) / "executus.db").string());
}

Error saved_elsewhere() {
  return failed("saved.no_place",
                "saved agents and skills live in the database beside its runs, and the runs of this program are kept "
                "elsewhere (RuntimeOptions::store): use a store of its own for them");
}

Error nothing_saved(const std::string& database) {
  return failed("saved.no_place", "there is no database " + database + " yet, so nothing is saved in it");
}

}  // namespace

void Stores::open() {
  if (!journal_) journal_ = options_.store ? options_.store : open_at_path();
}

std::shared_ptr<journal::JournalStore> Stores::open_at_path() {
  if (path_.empty()) throw no_durability();
  if (is_sqlite_name(path_)) throw is_no_path(path_);
  if (std::error_code ignored; std::filesystem::is_directory(path_, ignored)) throw is_directory(path_);
  if (options_.reading_will_do && is_not_there(path_)) return nothing_.open_worker();
  sqlite::Options store;
  store.path = path_;
  store.goes_on = options_.bringing_up;
  if (options_.reading_will_do) store.unwritable = sqlite::Options::Unwritable::read;
  const auto& journal = database_.emplace(std::move(store)).journal();
  budgets_ = sqlite::make_budget_store(*database_);
  return journal;
}

std::vector<std::string> Stores::paths() const {
  std::vector<std::string> paths;
  if (path_.empty()) return paths;
  auto database = std::filesystem::path(path_);
  std::error_code error;
  for (std::filesystem::directory_iterator each(database.parent_path(), error), end; !error && each != end;
       each.increment(error))
    if (each->path().filename().string().starts_with(database.filename().string()))
      paths.push_back(each->path().string());
  return paths;
}

bool Stores::is_open() {
  std::lock_guard lock(mutex_);
  return journal_ != nullptr;
}

journal::JournalStore& Stores::journal() {
  std::lock_guard lock(mutex_);
  open();
  return *journal_;
}

budget::BudgetStore& Stores::budgets() {
  std::lock_guard lock(mutex_);
  open();
  return *budgets_;
}

schedule::ScheduleStore& Stores::schedules() {
  std::lock_guard lock(mutex_);
  open();
  if (!schedules_) schedules_ = options_.schedules;
  if (!schedules_ && database_) schedules_ = sqlite::schedules_of(*database_);
  if (!schedules_) schedules_ = std::make_shared<schedule::MemorySchedules>();
  return *schedules_;
}

Stored& Stores::stored() {
  std::lock_guard lock(mutex_);
  open();
  if (!database_) throw failed("store.not_configured", "there is no database that could keep values and files");
  auto unsealed = options_.reads_unencrypted ? sqlite::Unsealed::read : sqlite::Unsealed::refused;
  if (!stored_) stored_.emplace(*database_, options_.storage_keys, unsealed);
  return *stored_;
}

bool Stores::keeps_saved() {
  std::lock_guard lock(mutex_);
  open();
  return database_.has_value();
}

const sqlite::Database& Stores::database_for_saved() const {
  if (database_) return *database_;
  if (options_.store) throw saved_elsewhere();
  throw nothing_saved(path_);
}

persona::PersonaStore& Stores::saved_agents() {
  std::lock_guard lock(mutex_);
  open();
  if (!saved_agents_) saved_agents_ = sqlite::make_persona_store(database_for_saved());
  return *saved_agents_;
}

skill::SkillStore& Stores::saved_skills() {
  std::lock_guard lock(mutex_);
  open();
  if (!saved_skills_) saved_skills_ = sqlite::make_skill_store(database_for_saved());
  return *saved_skills_;
}

}  // namespace executus
