#include <boost/json.hpp>

#include <executus/cron/cron.hpp>

#include "base/duration.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/commands/schedule/saved_schedule.hpp"
#include "cli/input/since.hpp"
#include "cli/input/value_checks.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr int kMostTimes = 10'000;

schedule::Plan plan_of(CommandContext& context, const ScheduleNext& options) {
  if (options.agent.empty() == options.cron.empty())
    throw usage_error("give an AGENT with a schedule, or --cron EXPR: one of them");
  if (!options.cron.empty()) return {options.cron, options.timezone.empty() ? "UTC" : options.timezone};
  if (!options.timezone.empty()) throw usage_error("--timezone goes with --cron; an agent's is in its file");
  context.act_for(options.caller);
  return scheduled_named(context, options.agent).schedule.plan;
}

WallTime begin_of(const std::string& after) {
  if (after.empty()) return system_clock().wall();
  if (auto moment = parse_moment(after)) return *moment;
  throw usage_error("--after '" + after + "': expected a day or a time such as 2026-01-31, 2026-01-31T09:00:00Z or " +
                    "2026-01-31T09:00:00+01:00");
}

std::vector<WallTime> times_of(const cron::Cron& cron, const cron::TimeZone& zone, WallTime after, int count) {
  std::vector<WallTime> times;
  while (static_cast<int>(times.size()) < count) {
    auto next = cron.next(times.empty() ? after : times.back(), zone);
    if (!next) break;
    times.push_back(*next);
  }
  return times;
}

// Cron knows whole seconds.
std::string universal(WallTime time) { return rfc3339(time).substr(0, 19) + "Z"; }

json::object to_json(const schedule::Plan& plan, const cron::TimeZone& zone, const std::vector<WallTime>& times) {
  json::array list;
  for (auto time : times) list.push_back(json::object{{"local", zone.local(time)}, {"utc", universal(time)}});
  return {{"cron", plan.cron},
          {"timezone", zone.name()},
          {"jitter", format_duration(plan.jitter)},
          {"times", std::move(list)}};
}

std::string for_people(const schedule::Plan& plan, const cron::TimeZone& zone, const std::vector<WallTime>& times) {
  std::vector<std::vector<std::string>> rows{{zone.name(), "UTC"}};
  for (auto time : times) rows.push_back({zone.local(time), universal(time)});
  std::string note = "each run starts up to " + format_duration(plan.jitter) + " later (jitter)\n";
  return table(rows) + (plan.jitter > Milliseconds(0) ? note : "");
}

}  // namespace

Exit execute(CommandContext& context, const ScheduleNext& options) {
  if (options.count > kMostTimes) throw usage_error("--count: at most " + std::to_string(kMostTimes));
  auto plan = plan_of(context, options);
  auto cron = cron::parse_cron(plan.cron).value();
  auto zone = cron::find_time_zone(plan.timezone).value();
  auto times = times_of(cron, zone, begin_of(options.after), options.count);
  if (!options.cron.empty() && cron.joins_days_by_or())
    context.warn("both day fields are limited: it comes on days that fit either of them");
  if (context.globals().json) {
    context.print_json(to_json(plan, zone, times));
  } else if (context.globals().quiet) {
    for (auto time : times) context.print(universal(time) + "\n");
  } else {
    context.print(for_people(plan, zone, times));
  }
  return Exit::ok;
}

}  // namespace executus::cli
