#include "runtime/saved/saved_file.hpp"

#include <utility>

namespace executus {
namespace {

AgentFile checked(std::optional<AgentFile> file, const Diagnostics& said) {
  if (file) return std::move(*file);
  std::string lines;
  for (const auto& line : said.errors) lines += (lines.empty() ? "" : "\n") + line;
  throw failed("config.agent", std::move(lines));
}

}  // namespace

saved::Definition definition_of(AgentFile file, tool::Visibility otherwise) {
  saved::Definition definition;
  definition.agent = std::move(file.agent);
  definition.inputs = std::move(file.inputs_schema);
  definition.visibility = file.visibility.value_or(otherwise);
  definition.shared_with = std::move(file.shared_with);
  definition.exposed = file.exposed;
  definition.keep_runs = file.keep_runs;
  if (file.schedule)
    definition.schedule = {file.schedule->plan.cron, file.schedule->plan.timezone, std::move(file.schedule->prompt)};
  return definition;
}

AgentFile file_of(saved::Definition definition) {
  AgentFile file{std::move(definition.agent)};
  file.inputs_schema = std::move(definition.inputs);
  file.visibility = definition.visibility;
  file.shared_with = std::move(definition.shared_with);
  file.exposed = definition.exposed;
  file.keep_runs = definition.keep_runs;
  auto& [cron, timezone, prompt] = definition.schedule;
  if (!cron.empty()) {
    file.schedule.emplace();
    file.schedule->plan.cron = std::move(cron);
    file.schedule->plan.timezone = std::move(timezone);
    file.schedule->prompt = std::move(prompt);
  }
  return file;
}

AgentFile file_of(const AgentLibrary& library, DelegateKind kind, const saved::Definition& definition,
                  const std::string& said) {
  auto source = source_of(definition);
  if (!source) return file_of(definition);
  Diagnostics found;
  auto file = checked(library.parse(*source, said, kind, found), found);
  file.warnings = std::move(found.warnings);
  return file;
}

}  // namespace executus
