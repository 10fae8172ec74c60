#include <utility>

#include <executus/base/json.hpp>
#include <executus/schedule/job_json.hpp>
#include <executus/store/sqlite/schedules.hpp>

#include "store/sqlite/open_database.hpp"
#include "store/sqlite/schedule/schedule_queries.hpp"

namespace executus::sqlite {
namespace {

using schedule::Job;

struct StoredJob {
  std::string id, json;
  std::optional<std::int64_t> looks_at;
};

StoredJob stored(const Job& job) {
  auto when = schedule::looks_at(job);
  return {job.id, write_json(schedule::to_json(job)), optional_ms(when)};
}

struct FoundJob {
  std::string id;
  Result<Job> job;
};

FoundJob job_of(const Rows& row) {
  std::string id(row.text(0));
  auto json = parse_json(row.text(2));
  auto job = json.ok() ? schedule::job_from_json(*json) : json.error();
  if (job.ok())
    job->revision = static_cast<std::uint64_t>(row.integer(1));
  else
    job = failed("store.corrupt", "the schedule '" + id + "' in the database cannot be read: a newer executus wrote " +
                                      "it, or it was changed by hand: " + job.error().message());
  return {std::move(id), std::move(job)};
}

template <class... Values>
std::vector<FoundJob> jobs_of(const Connection& connection, std::string_view query, const Values&... values) {
  Statement select(connection, query);
  auto rows = select.query(values...);
  std::vector<FoundJob> jobs;
  while (rows.next()) jobs.push_back(job_of(rows));
  return jobs;
}

std::vector<Job> readable(std::vector<FoundJob> found) {
  std::vector<Job> jobs;
  for (auto& each : found)
    if (each.job.ok()) jobs.push_back(std::move(*each.job));
  return jobs;
}

Job shown(FoundJob found) {
  if (found.job.ok()) return std::move(*found.job);
  Job unreadable;
  unreadable.id = std::move(found.id);
  unreadable.trouble = found.job.error().message();
  return unreadable;
}

std::vector<Job> all_shown(std::vector<FoundJob> found) {
  std::vector<Job> jobs;
  for (auto& each : found) jobs.push_back(shown(std::move(each)));
  return jobs;
}

// A job and what is looked for change in one statement.
class SqliteSchedules final : public schedule::ScheduleStore {
 public:
  explicit SqliteSchedules(SharedDatabase database) : database_(std::move(database)), wake_(parts().path) {}

  Task<std::vector<Job>> due(WallTime now) override {
    return parts().look(
        [now = to_ms(now)](Connection& connection) { return readable(jobs_of(connection, kDueSchedules, now)); });
  }

  Task<std::optional<WallTime>> next_look(WallTime now) override {
    return parts().look([now = to_ms(now)](Connection& connection) {
      Statement first(connection, kNextLook);
      auto row = first.query(now);
      bool is_one = row.next() && !row.is_null(0);
      return is_one ? std::optional(from_ms(row.integer(0))) : std::nullopt;
    });
  }

  Task<std::vector<Job>> list() override {
    return parts().look([](Connection& connection) { return all_shown(jobs_of(connection, kAllSchedules)); });
  }

  Task<std::optional<Job>> find(std::string id) override {
    return parts().look([id = std::move(id)](Connection& connection) {
      auto found = jobs_of(connection, kOneSchedule, id);
      return found.empty() ? std::nullopt : std::optional(std::move(found[0].job).value());
    });
  }

  Task<bool> add(Job job) override {
    return changed([job = stored(job)](Connection& connection) {
      Statement(connection, "INSERT INTO schedules(id,revision,looks_at,job) VALUES(?,1,?,?) ON CONFLICT DO NOTHING")
          .run(job.id, job.looks_at, job.json);
      return connection.changes() == 1;
    });
  }

  Task<bool> replace(Job job) override {
    return changed([revision = static_cast<std::int64_t>(job.revision), job = stored(job)](Connection& connection) {
      Statement(connection, "UPDATE schedules SET revision=revision+1,looks_at=?,job=? WHERE id=? AND revision=?")
          .run(job.looks_at, job.json, job.id, revision);
      return connection.changes() == 1;
    });
  }

  Task<bool> remove(std::string id) override {
    return changed([id = std::move(id)](Connection& connection) {
      Statement(connection, "DELETE FROM schedules WHERE id=?").run(id);
      return connection.changes() == 1;
    });
  }

 private:
  // Other processes hear of it: the next look may come earlier now.
  template <class Change>
  Task<bool> changed(Change change) {
    return told(parts().change(std::move(change)));
  }
  Task<bool> told(Task<bool> change) {
    bool is_done = co_await std::move(change);
    if (is_done) wake_.touch();
    co_return is_done;
  }

  [[nodiscard]] OpenDatabase& parts() const { return **database_; }

  const SharedDatabase database_;
  const WakeFile wake_;
};

}  // namespace

std::unique_ptr<schedule::ScheduleStore> schedules_of(const Database& database) {
  return std::make_unique<SqliteSchedules>(database.shared());
}

}  // namespace executus::sqlite
