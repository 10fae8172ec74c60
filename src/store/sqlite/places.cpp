#include "store/sqlite/places.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include <executus/base/error.hpp>

namespace executus::sqlite {
namespace {

// A run that waits for runs below it has no place, and needs none.
constexpr std::string_view kHasOpenChild =
    "EXISTS(SELECT 1 FROM runs c WHERE c.parent=r.run_id AND c.parent<>'' AND c.ended=0)";

std::string driven_sql() {
  return "SELECT r.id, r.agent, r.caller, r.queue, " + std::string(kDriverColumns) + " FROM " +
         std::string(kRunTables) + " WHERE r.worker IS NOT NULL AND r.ended=0 AND r.status<>'queued' AND NOT " +
         std::string(kHasOpenChild);
}

std::string load_sql() {
  return "SELECT r.agent, r.caller, r.queue, r.status, " + std::string(kHasOpenChild) + ", " +
         std::string(kDriverColumns) + " FROM " + std::string(kRunTables) +
         " WHERE r.id IN (SELECT id FROM runs WHERE status IN ('queued','running') UNION ALL "
         "SELECT id FROM runs WHERE worker IS NOT NULL AND ended=0)";
}

journal::LimitOf kind_of(std::string_view name) {
  if (auto kind = journal::parse_limit_of(name)) return *kind;
  throw failed("store.corrupt", "the database holds a limit of runs that cannot be read; restore a backup");
}

}  // namespace

Places::Places(const Connection& connection)
    : limits_(connection, "SELECT kind, name, runs, paused FROM queue_limits"),
      set_(connection,
           "INSERT INTO queue_limits(kind, name, runs, paused) VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET "
           "runs=excluded.runs, paused=excluded.paused"),
      remove_(connection, "DELETE FROM queue_limits WHERE kind=? AND name=?"),
      driven_(connection, driven_sql()),
      load_(connection, load_sql()),
      needs_none_(connection,
                  "SELECT 1 WHERE EXISTS(SELECT 1 FROM inbox WHERE run=?1 AND kind='cancel') OR EXISTS(SELECT 1 FROM "
                  "runs WHERE parent=?2 AND parent<>'' AND ended=0)") {}

std::vector<journal::QueueLimit> Places::limits() {
  auto rows = limits_.query();
  std::vector<journal::QueueLimit> found;
  while (rows.next()) {
    journal::QueueLimit limit{kind_of(rows.text(0)), std::string(rows.text(1)), {}, rows.integer(3) != 0};
    if (!rows.is_null(2)) limit.runs = static_cast<int>(rows.integer(2));
    found.push_back(std::move(limit));
  }
  std::ranges::sort(found, {}, [](const auto& limit) { return std::tie(limit.of, limit.name); });
  return found;
}

void Places::set_limit(const journal::QueueLimit& limit) {
  auto kind = to_string(limit.of);
  if (!limit.runs && !limit.paused) return remove_.run(kind, limit.name);
  set_.run(kind, limit.name, limit.runs ? std::optional<std::int64_t>(*limit.runs) : std::nullopt, limit.paused);
}

void Places::add_driven(journal::Turns& turns, Drivers& drivers, std::int64_t but) {
  auto rows = driven_.query();
  while (rows.next())
    if (rows.integer(0) != but && drivers.lives(driver_of(rows, 4)))
      turns.driven({rows.text(1), rows.text(2), rows.text(3)});
}

std::vector<journal::QueueLoad> Places::load(Drivers& drivers) {
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, journal::QueueLoad> loads;
  auto rows = load_.query();
  while (rows.next()) {
    bool is_queued = rows.text(3) == "queued", waits = rows.integer(4) != 0;
    bool is_driven = !is_queued && drivers.lives(driver_of(rows, 5));
    if (is_driven ? waits : !is_queued && rows.text(3) != "running") continue;
    Key key(rows.text(0), rows.text(1), rows.text(2));
    auto [found, is_new] = loads.try_emplace(key);
    if (is_new) std::tie(found->second.agent, found->second.caller, found->second.queue) = std::move(key);
    ++(is_driven ? found->second.running : found->second.queued);
  }
  std::vector<journal::QueueLoad> all;
  for (auto& [key, load] : loads) all.push_back(std::move(load));
  return all;
}

std::optional<journal::QueueLimit> Places::limit_on(const Asking& run, Drivers& drivers) {
  auto known = limits();
  if (known.empty() || needs_none_.query(run.number, run.run_id).next()) return std::nullopt;
  journal::Turns turns(std::move(known));
  add_driven(turns, drivers, run.number);
  return turns.limit_on(run.as);
}

}  // namespace executus::sqlite
