#include "run/step/phase_count.hpp"

#include <algorithm>

#include <executus/base/error.hpp>

namespace executus::run {
namespace {

template <class Named>
std::string names_of(const std::vector<Named>& phases) {
  std::string names;
  for (const auto& phase : phases) names += (names.empty() ? "'" : ", '") + phase.name + "'";
  return names.empty() ? "none" : names;
}

}  // namespace

void require_phases(const std::string& agent, const std::vector<Phase>& phases, const journal::Checkpoint& record) {
  std::size_t known = record.phase ? record.phase->index + 1u : 0u;
  for (const auto& ended : record.phases) known = std::max(known, ended.index + std::size_t(1));
  if (known <= phases.size()) return;
  throw failed("run.phases", "the run's record has " + std::to_string(record.phases.size()) + " completed phases (" +
                                 names_of(record.phases) + "), but its agent '" + agent + "' has only " +
                                 std::to_string(phases.size()) + " phases now (" + names_of(phases) +
                                 "); continue the run with the agent it was started with");
}

}  // namespace executus::run
