#include <array>
#include <optional>

#include <boost/json.hpp>

#include <executus/run/agent.hpp>

namespace executus {
namespace {

namespace json = boost::json;

json::array strings_json(const std::vector<std::string>& strings) {
  json::array list;
  for (const auto& text : strings) list.emplace_back(text);
  return list;
}

json::object tool_json(const StoredTool& tool) {
  return {{"name", tool.spec.name},
          {"description", tool.spec.description},
          {"parameters", tool.spec.parameters},
          {"effect", to_string(tool.effect)}};
}

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

StoredTool tool_from(const json::object& object) {
  auto effect = tool::parse_effect(text_of(object, "effect"));
  return {{text_of(object, "name"), text_of(object, "description"), object.at("parameters").as_object()},
          effect.value_or(tool::Effect::irreversible)};
}

Agent read_agent(const json::object& object) {
  Agent agent;
  agent.name = text_of(object, "name");
  agent.description = text_of(object, "description");
  agent.system_prompt = text_of(object, "system_prompt");
  agent.model = text_of(object, "model");
  for (const auto& name : object.at("tools").as_array()) agent.tools.emplace_back(name.as_string());
  for (const auto& tool : object.at("declared_tools").as_array()) agent.declared_tools.push_back(tool.as_object());
  for (const auto& tool : object.at("resolved_tools").as_array())
    agent.resolved_tools.push_back(tool_from(tool.as_object()));
  agent.root = text_of(object, "root");
  agent.max_iterations = static_cast<int>(object.at("max_iterations").as_int64());
  agent.max_runtime = Milliseconds(object.at("max_runtime_ms").as_int64());
  agent.on_in_doubt = parse_on_in_doubt(text_of(object, "on_in_doubt")).value_or(OnInDoubt::park);
  agent.on_model_unavailable =
      parse_on_model_unavailable(text_of(object, "on_model_unavailable")).value_or(OnModelUnavailable::park);
  agent.durability = parse_durability(text_of(object, "durability")).value_or(Durability::strict);
  return agent;
}

}  // namespace

std::string_view to_string(OnInDoubt policy) {
  switch (policy) {
    case OnInDoubt::park:
      return "park";
    case OnInDoubt::tell_model:
      return "tell_model";
    case OnInDoubt::retry:
      return "retry";
  }
  return "park";
}

std::string_view to_string(OnModelUnavailable policy) { return policy == OnModelUnavailable::fail ? "fail" : "park"; }

std::optional<OnInDoubt> parse_on_in_doubt(std::string_view name) {
  for (auto policy : {OnInDoubt::park, OnInDoubt::tell_model, OnInDoubt::retry})
    if (to_string(policy) == name) return policy;
  return std::nullopt;
}

std::optional<OnModelUnavailable> parse_on_model_unavailable(std::string_view name) {
  for (auto policy : {OnModelUnavailable::park, OnModelUnavailable::fail})
    if (to_string(policy) == name) return policy;
  return std::nullopt;
}

json::object to_json(const Agent& agent) {
  json::array declared(agent.declared_tools.begin(), agent.declared_tools.end());
  json::array resolved;
  for (const auto& tool : agent.resolved_tools) resolved.push_back(tool_json(tool));
  return {{"name", agent.name},
          {"description", agent.description},
          {"system_prompt", agent.system_prompt},
          {"model", agent.model},
          {"tools", strings_json(agent.tools)},
          {"declared_tools", std::move(declared)},
          {"resolved_tools", std::move(resolved)},
          {"root", agent.root},
          {"max_iterations", agent.max_iterations},
          {"max_runtime_ms", agent.max_runtime.count()},
          {"on_in_doubt", to_string(agent.on_in_doubt)},
          {"on_model_unavailable", to_string(agent.on_model_unavailable)},
          {"durability", to_string(agent.durability)}};
}

Result<Agent> agent_from_json(const json::object& object) {
  try {
    return read_agent(object);
  } catch (const std::exception& error) {
    return failed("journal.malformed", std::string("a stored agent definition is malformed: ") + error.what() +
                                           "; the database is damaged or was written by another program");
  }
}

}  // namespace executus
