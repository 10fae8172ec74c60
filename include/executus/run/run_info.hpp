// A run as the ports around the kernel see it: agent, caller and place of a run, and its outcome.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/base/ids.hpp>
#include <executus/journal/status.hpp>
#include <executus/llm/cost.hpp>
#include <executus/llm/message.hpp>

namespace executus {

struct RunInfo {
  RunId run = {};
  std::string subject = {};  // the agent's id; may be empty
  std::string name = {};     // the agent's name; may be empty
  std::string caller = {};
  std::string channel = {};
  std::map<std::string, std::string> attributes = {};  // see Invocation; so are these
  int priority = 0;
  std::string queue = {};
  RunId parent = {};
  std::vector<RunId> budgets = {};  // the runs at or above it whose agents have a budget of their own
  std::string model_tier = {};  // what was asked for: a tier, an alias or a spec; the fallback tier when nothing was
  std::string model = {};       // the spec that it was resolved to
  boost::json::object inputs = {};
  WallTime started_at{};
  int max_iterations = 0;  // the base ceiling
};

struct RunStats {
  RunStatus status = RunStatus::error;
  std::string reason = {};  // why it waits, or was left
  std::string output = {};
  std::string error = {};
  std::string error_code = {};
  llm::Usage usage = {};
  llm::CostSum cost = {};   // of that usage
  Milliseconds runtime{0};  // owned and running, over all attempts
  int steps = 0;
  int tool_calls = 0;
  std::map<std::string, int> tools = {};  // these, by the tool's name
};

}  // namespace executus
