#include <algorithm>
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

std::vector<std::string> strings_from(const json::array& list) {
  std::vector<std::string> strings;
  for (const auto& text : list) strings.emplace_back(text.as_string());
  return strings;
}

json::object phase_json(const Phase& phase) {
  json::object object{{"name", phase.name},
                      {"system_prompt", phase.system_prompt},
                      {"model", phase.model},
                      {"max_iterations", phase.max_iterations},
                      {"kind", phase.kind == Phase::Kind::prompt ? "prompt" : "loop"},
                      {"optional", phase.optional},
                      {"fallback", phase.fallback}};
  if (phase.tools) object["tools"] = strings_json(*phase.tools);
  return object;
}

Phase phase_from(const json::object& object) {
  Phase phase{text_of(object, "name"), text_of(object, "system_prompt")};
  phase.model = text_of(object, "model");
  phase.max_iterations = static_cast<int>(object.at("max_iterations").as_int64());
  if (const auto* tools = object.if_contains("tools")) phase.tools = strings_from(tools->as_array());
  phase.kind = text_of(object, "kind") == "prompt" ? Phase::Kind::prompt : Phase::Kind::loop;
  phase.optional = object.at("optional").as_bool();
  phase.fallback = text_of(object, "fallback");
  return phase;
}

json::object delegate_json(const StoredDelegate& delegate) {
  return {{"kind", delegate.kind == StoredDelegate::Kind::skill ? "skill" : "agent"},
          {"name", delegate.name},
          {"description", delegate.description},
          {"parameters", delegate.parameters},
          {"agent", delegate.agent}};
}

StoredDelegate delegate_from(const json::object& object) {
  return {text_of(object, "kind") == "skill" ? StoredDelegate::Kind::skill : StoredDelegate::Kind::agent,
          text_of(object, "name"), text_of(object, "description"), object.at("parameters").as_object(),
          object.at("agent").as_object()};
}

constexpr std::array<std::string_view, 4> kSessionNames{"unknown", "none", "stored", "later"};

Agent::Session session_from(std::string_view name) {
  auto found = std::ranges::find(kSessionNames, name);
  return found == kSessionNames.end() ? Agent::Session::unknown
                                      : static_cast<Agent::Session>(found - kSessionNames.begin());
}

// What agents got after the first ones were stored: absent means the default.
void read_later_fields(const json::object& object, Agent& agent) {
  if (const auto* id = object.if_contains("id")) agent.id = std::string(id->as_string());
  if (const auto* phases = object.if_contains("phases"))
    for (const auto& phase : phases->as_array()) agent.phases.push_back(phase_from(phase.as_object()));
  if (const auto* multiplier = object.if_contains("critic")) agent.critic = {true, multiplier->to_number<double>()};
  if (const auto* ask = object.if_contains("ask")) agent.permissions.ask = strings_from(ask->as_array());
  if (const auto* deny = object.if_contains("deny")) agent.permissions.deny = strings_from(deny->as_array());
  if (const auto* skills = object.if_contains("skills")) agent.skills = strings_from(skills->as_array());
  if (const auto* agents = object.if_contains("agents")) agent.agents = strings_from(agents->as_array());
  if (object.contains("submit_tool")) agent.submit_tool = Agent::SubmitTool::added;
  if (const auto* delegates = object.if_contains("resolved_delegates"))
    for (const auto& delegate : delegates->as_array())
      agent.resolved_delegates.push_back(delegate_from(delegate.as_object()));
  if (const auto* tokens = object.if_contains("context_tokens"))
    agent.context_tokens = static_cast<int>(tokens->as_int64());
  if (object.contains("system_header")) agent.system_header = text_of(object, "system_header");
  if (object.contains("model_tier")) agent.model_tier = text_of(object, "model_tier");
  if (object.contains("session")) agent.session = session_from(text_of(object, "session"));
}

void write_later_fields(const Agent& agent, json::object& object) {
  if (!agent.id.empty()) object["id"] = agent.id;
  json::array phases, delegates;
  for (const auto& phase : agent.phases) phases.push_back(phase_json(phase));
  if (!phases.empty()) object["phases"] = std::move(phases);
  if (agent.critic.enabled) object["critic"] = agent.critic.backstop_multiplier;
  if (!agent.permissions.ask.empty()) object["ask"] = strings_json(agent.permissions.ask);
  if (!agent.permissions.deny.empty()) object["deny"] = strings_json(agent.permissions.deny);
  if (!agent.skills.empty()) object["skills"] = strings_json(agent.skills);
  if (!agent.agents.empty()) object["agents"] = strings_json(agent.agents);
  if (agent.submit_tool == Agent::SubmitTool::added) object["submit_tool"] = true;
  for (const auto& delegate : agent.resolved_delegates) delegates.push_back(delegate_json(delegate));
  if (!delegates.empty()) object["resolved_delegates"] = std::move(delegates);
  if (agent.context_tokens > 0) object["context_tokens"] = agent.context_tokens;
  if (agent.system_header) object["system_header"] = *agent.system_header;
  if (!agent.model_tier.empty()) object["model_tier"] = agent.model_tier;
  if (agent.session != Agent::Session::unknown)
    object["session"] = kSessionNames[static_cast<std::size_t>(agent.session)];
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
  read_later_fields(object, agent);
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
  json::object object{{"name", agent.name},
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
  write_later_fields(agent, object);
  return object;
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
