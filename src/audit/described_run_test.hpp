// A record of a run as text, to compare records of one run that were made in different ways.
#pragma once

#include <sstream>
#include <string>

#include <boost/json/serialize.hpp>

#include <executus/audit/history.hpp>
#include <executus/base/clock.hpp>

namespace executus::audit {

inline std::string describe(const RunInfo& info) {
  std::ostringstream text;
  text << "run " << info.run.str() << ", subject " << info.subject << ", agent " << info.name << ", caller "
       << info.caller << ", channel " << info.channel << ", parent " << info.parent.str() << ", tier "
       << info.model_tier << ", model " << info.model << ", inputs " << boost::json::serialize(info.inputs) << ", at "
       << rfc3339(info.started_at) << ", at most " << info.max_iterations << " steps";
  for (const auto& [name, value] : info.attributes) text << ", " << name << " " << value;
  return text.str();
}

inline std::string describe(const RunStats& stats) {
  std::ostringstream text;
  text << to_string(stats.status) << " (" << stats.reason << "), output " << stats.output << ", error " << stats.error
       << " " << stats.error_code << ", tokens " << stats.usage.input << " " << stats.usage.output << ", cost "
       << llm::cost_text(stats.cost.total()) << ", " << stats.runtime.count() << " ms, " << stats.steps << " steps, "
       << stats.tool_calls << " calls:";
  for (const auto& [tool, times] : stats.tools) text << " " << tool << " " << times;
  return text.str();
}

inline std::string describe(const AuditRun& run) {
  return describe(run.info) + "\n" + describe(run.stats) + "\nroot " + run.root.str() + ", ended " +
         (run.ended ? rfc3339(*run.ended) : std::string("not")) + run.unreadable;
}

}  // namespace executus::audit
