#include "cli/drive/agent_to_run.hpp"

#include <filesystem>
#include <utility>

#include "cli/context/agent_lookup.hpp"
#include "cli/input/inputs.hpp"

namespace executus::cli {

Agent agent_to_run(CommandContext& context, const AgentChoice& choice, Invocation& invocation) {
  auto file = load_agent(context, choice.agent);
  invocation.inputs = apply_inputs(file, parse_inputs(choice.inputs, file.inputs_schema)).value();
  if (!choice.model.empty()) file.agent.model = choice.model;
  if (!choice.root.empty()) file.agent.root = std::filesystem::absolute(choice.root).lexically_normal().string();
  std::error_code error;
  if (!file.agent.root.empty() && !std::filesystem::is_directory(file.agent.root, error))
    throw failed("config.root",
                 "the root '" + file.agent.root + "' is no directory; make it, or give another with --root");
  return std::move(file.agent);
}

}  // namespace executus::cli
