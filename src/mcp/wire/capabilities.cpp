#include "mcp/wire/capabilities.hpp"

#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::string_view kTasksExtension = "io.modelcontextprotocol/tasks";

json::object elicitation_of(Capabilities::Elicitation elicitation, Version version) {
  json::object modes;
  if (version < Version::v2025_11_25) return modes;
  modes["form"] = json::object();
  if (elicitation == Capabilities::Elicitation::form_and_url) modes["url"] = json::object();
  return modes;
}

ServerAbilities::Tasks tasks_from(const json::object& capabilities, Version version) {
  if (is_modern(version)) {
    const auto* extensions = object_in(capabilities, "extensions");
    return extensions && object_in(*extensions, kTasksExtension) ? ServerAbilities::Tasks::own_choice
                                                                 : ServerAbilities::Tasks::none;
  }
  const auto* tasks = object_in(capabilities, "tasks");
  const auto* requests = tasks ? object_in(*tasks, "requests") : nullptr;
  const auto* tools = requests ? object_in(*requests, "tools") : nullptr;
  return tools && object_in(*tools, "call") ? ServerAbilities::Tasks::asked_for : ServerAbilities::Tasks::none;
}

}  // namespace

json::object to_json(const Capabilities& ours, Version version) {
  json::object declared;
  if (ours.roots) declared["roots"] = json::object();
  if (ours.sampling) declared["sampling"] = json::object();
  if (ours.elicitation != Capabilities::Elicitation::none && version >= Version::v2025_06_18)
    declared["elicitation"] = elicitation_of(ours.elicitation, version);
  if (ours.tasks && is_modern(version)) {
    json::object extensions;
    extensions[kTasksExtension] = json::object();
    declared["extensions"] = std::move(extensions);
  }
  return declared;
}

ServerAbilities abilities_from(const json::object& capabilities, Version version) {
  ServerAbilities abilities;
  if (const auto* tools = object_in(capabilities, "tools"))
    abilities.tools = true, abilities.tool_changes = is_true(*tools, "listChanged");
  if (const auto* resources = object_in(capabilities, "resources"))
    abilities.resources = true, abilities.resource_subscriptions = is_true(*resources, "subscribe");
  abilities.prompts = object_in(capabilities, "prompts") != nullptr;
  abilities.logging = object_in(capabilities, "logging") != nullptr;
  abilities.completions = object_in(capabilities, "completions") != nullptr;
  abilities.tasks = tasks_from(capabilities, version);
  return abilities;
}

}  // namespace executus::mcp
