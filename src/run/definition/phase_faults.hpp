// What is wrong with an agent's phases that no run could make good. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <executus/run/agent.hpp>

#include "run/definition/schema_member.hpp"

namespace executus::run {

struct PhaseFault {
  std::size_t phase = 0;
  std::string key;  // of the phase, as agent files call it
  std::string message;
};

// `agents`: the names of those it may delegate to.
[[nodiscard]] std::vector<PhaseFault> faults_of_phases(const Agent& agent, const std::vector<std::string>& agents);

// The list that phase `index` maps over, as the phase that answers with it says; open: nothing is known of it.
[[nodiscard]] SchemaMember list_of_map(const Agent& agent, std::size_t index);

// Throws Error "submission.phases" with the first fault of an agent whose delegates are resolved.
void check_phases(const Agent& agent);

}  // namespace executus::run
