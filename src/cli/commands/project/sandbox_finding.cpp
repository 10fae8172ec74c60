#include "cli/commands/project/sandbox_finding.hpp"

#include <executus/base/environment.hpp>

#include "tools/sandbox/machine_layout.hpp"
#include "tools/sandbox/sandbox.hpp"

namespace executus::cli {

Finding check_sandbox() {
  tools::Guard guard;
  tools::Programs programs(guard);
  tools::Sandbox sandbox(guard, programs, process_environment());
  Finding finding;
  auto problem = sandbox.problem();
  finding.facts = {{"works", !problem.has_value()}};
  if (problem) finding.facts["missing"] = *problem;
  if (!problem) finding.facts["limits_processes"] = !tools::is_root();
  return finding;
}

}  // namespace executus::cli
