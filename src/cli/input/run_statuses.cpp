#include "cli/input/run_statuses.hpp"

#include <executus/base/error.hpp>

#include "base/text.hpp"

namespace executus::cli {
namespace {

RunStatus parse_status(const std::string& name) {
  if (auto status = parse_run_status(name)) return *status;
  std::vector<std::string_view> names;
  for (auto each : {RunStatus::queued, RunStatus::running, RunStatus::waiting, RunStatus::quarantined, RunStatus::ok,
                    RunStatus::error, RunStatus::timeout, RunStatus::cancelled, RunStatus::killed})
    names.push_back(to_string(each));
  std::string list;
  for (auto each : names) list += (list.empty() ? "" : ", ") + std::string(each);
  throw failed("cli.usage", "--status '" + name + "' is none of " + list + did_you_mean(name, names));
}

}  // namespace

std::vector<RunStatus> parse_statuses(const std::vector<std::string>& names) {
  std::vector<RunStatus> statuses;
  for (const auto& name : names) statuses.push_back(parse_status(name));
  return statuses;
}

}  // namespace executus::cli
