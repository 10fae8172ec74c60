#include "runtime/schedules/saved_schedules.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/doubled.hpp"

namespace executus::host {
namespace {

constexpr Milliseconds kFirstTry = std::chrono::minutes(1), kLongestWait = std::chrono::hours(1);

std::string not_taken_up(const saved::Record& record, const std::string& name, const Error& why) {
  return "the schedule of the saved agent '" + name + "' of " + record.owner + " is not taken up: " + why.message();
}

Error taken(const std::string& schedule) {
  return failed("schedule.agent", "another saved agent has the schedule '" + schedule + "'; rename one of the two");
}

}  // namespace

std::string schedule_name_of(const std::string& owner, const std::string& agent) {
  return "saved/" + owner + "/" + agent;
}

std::string schedule_name_of(const persona::Persona& persona) {
  return schedule_name_of(persona.record.owner, persona.definition.agent.name);
}

// One look at a time: what one has read is declared before another reads. What names mean may be another thing once
// something else was declared: files were read again.
void SavedSchedules::look(Logger& logger) {
  std::lock_guard lock(mutex_);
  auto* store = parts_.store();
  if (!store) return;
  auto declared = parts_.declared.table()->version;
  auto stamp = store->stamp();
  auto files = declared == declared_ ? Files::as_before : Files::read_again;
  if (stamp != stamp_ || files == Files::read_again || parts_.clock.mono() >= next_try_) {
    read(*store, files, declared);
    stamp_ = std::move(stamp);
  }
  tell(logger);
}

// An owner and a name with slashes may come to the schedule of another.
void SavedSchedules::read(persona::PersonaStore& store, Files files, std::uint64_t declared) {
  std::map<std::string, Known> now;
  std::set<std::string> schedules;
  for (const auto& one : store.list_rows()) {
    auto known = known_of(one, files);
    if (known && known->scheduled && !schedules.insert(known->schedule).second)
      known->problem = not_taken_up(one.record, one.name, taken(known->schedule)), known->scheduled.reset();
    if (known) now.emplace(one.record.id, std::move(*known));
  }
  bool is_same = is_declared_ && files == Files::as_before &&
                 std::ranges::equal(known_, now, [](const auto& before, const auto& after) {
                   return before.first == after.first && before.second.version == after.second.version &&
                          before.second.scheduled.has_value() == after.second.scheduled.has_value();
                 });
  known_ = std::move(now);
  if (!is_same) declare();
  declared_ = is_same ? declared : declared + 1;  // another that is declared meanwhile makes it differ
  bool is_all = std::ranges::all_of(known_, [](const auto& each) { return each.second.scheduled.has_value(); });
  tries_ = is_same ? tries_ + 1 : 1;
  next_try_ = is_all ? MonoTime::max() : later(parts_.clock.mono(), doubled(kFirstTry, tries_, kLongestWait));
}

std::optional<SavedSchedules::Known> SavedSchedules::known_of(const Row& one, Files files) const {
  if (one.value.ok() && one.value->definition.schedule.cron.empty()) return std::nullopt;
  auto before = known_.find(one.record.id);
  bool is_known = before != known_.end() && before->second.version == one.record.version;
  if (is_known && before->second.scheduled && files == Files::as_before) return before->second;
  Known known;
  try {
    known = taken_up(one.value.value());
  } catch (...) {
    auto problem = current_error();
    if (problem.code().starts_with("store.")) throw;
    known.problem = not_taken_up(one.record, one.name, problem);
  }
  known.version = one.record.version;
  known.schedule = schedule_name_of(one.record.owner, one.name);
  known.is_said = is_known && before->second.is_said && before->second.problem == known.problem;
  return known;
}

SavedSchedules::Known SavedSchedules::taken_up(const persona::Persona& persona) const {
  Known known;
  known.scheduled = parts_.scheduled(persona);
  known.scheduled->name = schedule_name_of(persona);
  known.scheduled->caller = persona.record.owner;
  check_scheduled(*known.scheduled);
  return known;
}

void SavedSchedules::declare() {
  is_declared_ = false;
  std::vector<ScheduledAgent> agents;
  std::set<std::string> others;
  for (const auto& [id, known] : known_) {
    if (known.scheduled)
      agents.push_back(*known.scheduled);
    else
      others.insert(known.schedule);
  }
  parts_.declared.declare(std::string(kSavedAgents), std::move(agents), Schedules::Extent::all, std::move(others));
  is_declared_ = true;
}

void SavedSchedules::tell(Logger& logger) {
  for (auto& [id, known] : known_)
    if (!known.scheduled && !std::exchange(known.is_said, true)) logger.log(LogLevel::error, known.problem);
}

}  // namespace executus::host
