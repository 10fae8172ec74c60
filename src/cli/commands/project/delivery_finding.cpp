#include "cli/commands/project/delivery_finding.hpp"

#include <algorithm>

#include <executus/base/environment.hpp>

#include "runtime/project_targets.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kMostCounted = 1'000;

// Ends that failed before and are due again: a worker sends them, or `recover`.
void count_waiting(CommandContext& context, Finding& finding) {
  if (!context.database_is_there()) return;
  auto due = context.runs().due_to_be_sent(kMostCounted).get();
  finding.facts["due"] = due.size();
  auto tried = std::ranges::max_element(due, {}, &journal::Outgoing::tries);
  if (tried != due.end() && tried->tries > 0) finding.facts["tried_most"] = tried->run.str();
}

}  // namespace

Finding check_deliveries(CommandContext& context) {
  Finding finding;
  const auto& targets = context.project().targets;
  finding.facts = {{"targets", targets.size()}, {"due", 0}};
  for (const auto& [name, target] : targets)
    for (const auto& missing : missing_for(target, process_environment()))
      finding.problem += (finding.problem.empty() ? "" : "\n    ") + name + ": " + missing;
  try {
    count_waiting(context, finding);
  } catch (const Error&) {  // what is wrong with the store is said of the store
  }
  return finding;
}

}  // namespace executus::cli
