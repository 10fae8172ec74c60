#include "cli/commands/project/other_versions.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kNamed = 5;

bool is_of_other_version(CommandContext& context, const RunId& run) {
  try {
    (void)context.runs().entries(run, 0, 1).get();
  } catch (const Error& problem) {
    return journal::is_of_other_format(problem.code());  // damage is found by a recovery
  }
  return false;
}

}  // namespace

void OtherVersions::look_at(const journal::RunRow& row) {
  if (is_terminal(row.status) || !is_of_other_version(context_, row.id)) return;
  ++count_;
  if (named_.size() < kNamed) named_.push_back(row.id.str());
}

std::string OtherVersions::advice() const {
  if (count_ == 0) return "";
  std::string names;
  for (const auto& name : named_) names += (names.empty() ? "" : ", ") + name;
  auto more = count_ - static_cast<std::int64_t>(named_.size());
  if (more > 0) names += " and " + std::to_string(more) + " more";
  return names + (count_ == 1 ? " was" : " were") +
         " written by another version of executus and cannot go on here: go on in that version, or start anew; "
         "`executus recover RUN` says whether it is older or newer";
}

}  // namespace executus::cli
