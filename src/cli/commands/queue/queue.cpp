#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/input/value_checks.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;
using journal::LimitOf;
using journal::QueueLimit;
using journal::QueueLoad;

QueueLimit limit_of(CommandContext& context, const QueueOf& of) {
  if (!of.agent.empty()) return {LimitOf::agent, of.agent};
  if (!of.caller.empty()) return {LimitOf::caller, context.person(of.caller)};
  if (!of.queue.empty()) return {LimitOf::queue, of.queue};
  return {};
}

std::optional<int> number_of(const std::string& runs) {
  if (runs == "none") return std::nullopt;
  int number = 0;
  const auto* end = runs.data() + runs.size();
  auto read = std::from_chars(runs.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 0)
    throw usage_error("RUNS '" + runs + "': expected a number of runs such as 8, or none");
  return number;
}

// What holds of it now, so that a pause keeps the number and a number the pause.
QueueLimit known(CommandContext& context, QueueLimit limit) {
  for (auto& each : context.runs().limits().get())
    if (each.of == limit.of && each.name == limit.name) return std::move(each);
  return limit;
}

json::object to_json(const QueueLimit& limit) {
  json::object object{{"of", to_string(limit.of)}, {"name", limit.name}, {"runs", nullptr}, {"paused", limit.paused}};
  if (limit.runs) object["runs"] = *limit.runs;
  return object;
}

json::object to_json(const QueueLoad& load) {
  return {{"agent", load.agent},
          {"caller", load.caller},
          {"queue", load.queue},
          {"queued", load.queued},
          {"running", load.running}};
}

template <class Each>
json::array list_of(const std::vector<Each>& all) {
  json::array list;
  for (const auto& each : all) list.push_back(to_json(each));
  return list;
}

std::string load_table(const std::vector<QueueLoad>& loads) {
  if (loads.empty()) return "nothing is queued or running\n";
  bool queues = std::ranges::any_of(loads, [](const auto& load) { return !load.queue.empty(); });
  std::vector<std::vector<std::string>> rows{{"AGENT", "CALLER"}};
  if (queues) rows.front().emplace_back("QUEUE");
  for (const auto* heading : {"QUEUED", "RUNNING"}) rows.front().emplace_back(heading);
  for (const auto& load : loads) {
    rows.push_back({load.agent, load.caller});
    if (queues) rows.back().push_back(load.queue);
    for (auto count : {load.queued, load.running}) rows.back().push_back(std::to_string(count));
  }
  return table(rows);
}

std::string sentence(const QueueLimit& limit) {
  std::string also = limit.paused && limit.runs ? " (limit " + std::to_string(*limit.runs) + ")" : "";
  return describe(limit) + also + "\n";
}

Exit set(CommandContext& context, QueueLimit limit) {
  auto limits = context.runs().limit(limit).get();
  if (context.globals().json)
    context.print_json(to_json(limit));
  else if (!context.globals().quiet)
    context.print(sentence(limit));
  return Exit::ok;
}

}  // namespace

Exit execute(CommandContext& context, const QueueList&) {
  auto loads = context.runs().load().get();
  auto limits = context.runs().limits().get();
  if (context.globals().json) {
    context.print_json(json::object{{"runs", list_of(loads)}, {"limits", list_of(limits)}});
    return Exit::ok;
  }
  context.print(load_table(loads));
  for (const auto& limit : limits) context.print(sentence(limit));
  return Exit::ok;
}

Exit execute(CommandContext& context, const QueueSetLimit& options) {
  auto runs = number_of(options.runs);
  auto limit = known(context, limit_of(context, options.of));
  limit.runs = runs;
  return set(context, std::move(limit));
}

Exit execute(CommandContext& context, const QueuePause& options) {
  auto limit = known(context, limit_of(context, options.of));
  limit.paused = options.paused;
  return set(context, std::move(limit));
}

}  // namespace executus::cli
