#include "cli/drive/agent_to_run.hpp"

#include <filesystem>
#include <utility>

#include "cli/context/agent_lookup.hpp"
#include "cli/input/inputs.hpp"
#include "runtime/project_targets.hpp"

namespace executus::cli {
namespace {

DeliveryTarget delivery_of(CommandContext& context, const std::string& name) {
  if (name.empty()) return {};
  const auto& project = context.project();
  auto target = project_target(project, name);
  for (const auto& missing : missing_for(project.targets.at(name), process_environment()))
    context.warn("the end of the run cannot be delivered to '" + name + "' from here: " + missing);
  return deliver::delivery_to(target);
}

}  // namespace

Agent agent_to_run(CommandContext& context, const AgentChoice& choice, Invocation& invocation) {
  auto file = load_agent(context, choice.agent);
  invocation.inputs = apply_inputs(file, parse_inputs(choice.inputs, file.inputs_schema)).value();
  if (!choice.model.empty()) file.agent.model = choice.model;
  if (!choice.root.empty()) file.agent.root = std::filesystem::absolute(choice.root).lexically_normal().string();
  std::error_code error;
  if (!file.agent.root.empty() && !std::filesystem::is_directory(file.agent.root, error))
    throw failed("config.root",
                 "the root '" + file.agent.root + "' is no directory; make it, or give another with --root");
  invocation.delivery = delivery_of(context, choice.deliver.value_or(file.deliver));
  return std::move(file.agent);
}

}  // namespace executus::cli
