#include <algorithm>
#include <filesystem>

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <executus/cron/time_zone.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "cron/zone_rules.hpp"

namespace executus::cron {
namespace {

constexpr std::size_t kLongestName = 100;

cctz::civil_second civil(LocalTime local) { return cctz::civil_second() + local.time_since_epoch().count(); }
LocalTime local_of(cctz::civil_second civil) { return LocalTime(Seconds(civil - cctz::civil_second())); }
cctz::time_point<cctz::seconds> point(SysTime when) { return cctz::time_point<cctz::seconds>(when.time_since_epoch()); }

class CctzRules final : public ZoneRules {
 public:
  explicit CctzRules(cctz::time_zone zone) : zone_(zone) {}

  Seconds offset_at(SysTime when) const override { return Seconds(zone_.lookup(point(when)).offset); }

  std::optional<ClockChange> change_after(SysTime when) const override {
    cctz::time_zone::civil_transition found;
    while (zone_.next_transition(point(when), &found)) {
      auto change = change_of(found);
      if (change.before != change.after) return change;
      when = change.when;
    }
    return std::nullopt;
  }

  std::optional<ClockChange> change_until(SysTime when) const override {
    cctz::time_zone::civil_transition found;
    when += Seconds(1);  // the library's is before
    while (zone_.prev_transition(point(when), &found)) {
      auto change = change_of(found);
      if (change.before != change.after) return change;
      when = change.when;
    }
    return std::nullopt;
  }

  SysTime first_instant_of(LocalTime local) const override {
    auto found = zone_.lookup(civil(local));
    bool is_left_out = found.kind == cctz::time_zone::civil_lookup::SKIPPED;
    return SysTime((is_left_out ? found.trans : found.pre).time_since_epoch());
  }

 private:
  ClockChange change_of(const cctz::time_zone::civil_transition& found) const {
    SysTime when(zone_.lookup(found.to).trans.time_since_epoch());
    return {when, local_of(found.from) - clock_at(when, Seconds(0)), local_of(found.to) - clock_at(when, Seconds(0))};
  }

  cctz::time_zone zone_;
};

bool is_word_of_a_name(std::string_view word) {
  auto fits = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-' || c == '+'; };
  return !word.empty() && std::ranges::all_of(word, fits);
}

// The library also opens absolute paths, "file:..." and "libc:..."; none of them names a zone.
bool may_be_a_name(std::string_view name) {
  return name.size() <= kLongestName && name != "localtime" && std::ranges::all_of(split(name, '/'), is_word_of_a_name);
}

Error unknown(std::string_view name) {
  std::string message = "there is no time zone '" + repair_utf8(clip(name, 80)) + "'; ";
  cctz::time_zone any;
  if (!cctz::load_time_zone("Etc/GMT+1", &any))  // of the database, unlike UTC
    return failed("schedule.timezone",
                  message + "this machine has no database of time zones: install the package tzdata");
  return failed("schedule.timezone", message + "write a name such as Europe/Berlin or UTC: capitals count, and " +
                                         "abbreviations such as CEST are none");
}

std::shared_ptr<const ZoneRules> utc() {
  static const auto rules = std::make_shared<const CctzRules>(cctz::utc_time_zone());
  return rules;
}

std::string two_digits(long number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

TimeZone::TimeZone() : TimeZone("UTC", utc()) {}

std::string TimeZone::local(WallTime time) const {
  auto offset = rules_->offset_at(std::chrono::floor<Seconds>(time));
  std::string text = rfc3339(later(std::chrono::floor<Seconds>(time), offset));
  auto minutes = std::abs(offset.count()) / 60;
  text.resize(text.size() - std::string_view(".000Z").size());
  return text + (offset.count() < 0 ? '-' : '+') + two_digits(minutes / 60) + ":" + two_digits(minutes % 60);
}

Result<TimeZone> find_time_zone(std::string_view name) {
  if (name == "UTC") return TimeZone();
  cctz::time_zone zone;
  if (!may_be_a_name(name) || !cctz::load_time_zone(std::string(name), &zone)) return unknown(name);
  return TimeZone(std::string(name), std::make_shared<const CctzRules>(zone));
}

}  // namespace executus::cron
