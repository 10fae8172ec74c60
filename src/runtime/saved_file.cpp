#include "runtime/saved_file.hpp"

#include <utility>

namespace executus {

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

}  // namespace executus
