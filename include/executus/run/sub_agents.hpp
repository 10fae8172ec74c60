// Port: the skills and agents an agent may delegate to, by name. Each becomes a tool (skill__NAME, agent__NAME); a call
// of it is a durable run of its own.
//
// For hosts that look them up; others put agents into Agent::sub_agents, and it is not asked for the names of those.
//
// Absent, or a name it does not know: no tool for it. Asked when a run is admitted; what it answers is stored with the
// run. `caller`: whose run it is (Invocation::caller), so that each is given what it may see; of a run below another
// one that one's. Threads: the admitting task's strand. Exceptions: refuse the run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/run/agent.hpp>

namespace executus {

struct SubAgent {
  Agent agent = {};
  boost::json::object parameters = {};  // of a skill: JSON Schema of its inputs; empty: {prompt}
};

class SubAgents {
 public:
  virtual ~SubAgents() = default;
  [[nodiscard]] virtual std::optional<SubAgent> skill(std::string_view name, std::string_view caller) = 0;
  [[nodiscard]] virtual std::optional<SubAgent> agent(std::string_view name, std::string_view caller) = 0;
};

}  // namespace executus
