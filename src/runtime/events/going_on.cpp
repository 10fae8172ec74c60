#include "runtime/events/going_on.hpp"

namespace executus {

std::string names_listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string waits_for_signals(const std::vector<std::string>& signals) {
  return (signals.size() == 1 ? "it waits for signal " : "it waits for one of the signals ") + names_listed(signals);
}

std::string is_due(WallTime when, const std::vector<std::string>& signals) {
  return "it is due at " + rfc3339(when) + (signals.empty() ? "" : ", signal or not") +
         "; a recovery or worker goes on with it then";
}

}  // namespace executus
