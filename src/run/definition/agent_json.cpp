// The stored form of an agent. Each struct has one list of its fields, which writing and reading both walk; the
// structured bindings make the compiler refuse a list that lacks a field.
#include <array>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/run/agent.hpp>

namespace executus {
namespace {

namespace json = boost::json;

// How a field is stored. always: there since the first journals. unless_default: absent means the default.
enum class Presence { always, unless_default };
using enum Presence;

void visit_fields(auto& visitor, auto& tool, std::type_identity<DefinedTool>) {
  auto& [spec, effect] = tool;
  auto& [name, description, parameters] = spec;
  visitor("name", name, always);
  visitor("description", description, always);
  visitor("parameters", parameters, always);
  visitor("effect", effect, always);
}

void visit_fields(auto& visitor, auto& phase, std::type_identity<Phase>) {
  auto& [name, system_prompt, model, max_iterations, tools, kind, optional, fallback, output, next, map, branches,
         repeat] = phase;
  visitor("name", name, always);
  visitor("system_prompt", system_prompt, always);
  visitor("model", model, always);
  visitor("max_iterations", max_iterations, always);
  visitor("kind", kind, always);
  visitor("optional", optional, always);
  visitor("fallback", fallback, always);
  visitor("tools", tools, unless_default);
  visitor("output", output, unless_default);
  visitor("next", next, unless_default);
  visitor("map", map, unless_default);
  visitor("cases", branches, unless_default);
  visitor("repeat", repeat, unless_default);
}

void visit_fields(auto& visitor, auto& condition, std::type_identity<Condition>) {
  auto& [value, test, with] = condition;
  visitor("value", value, always);
  visitor("test", test, always);
  visitor("with", with, always);
}

void visit_fields(auto& visitor, auto& each, std::type_identity<BranchCase>) {
  auto& [when, next] = each;
  visitor("when", when, always);
  visitor("next", next, always);
}

void visit_fields(auto& visitor, auto& repeat, std::type_identity<Repeat>) {
  auto& [from, until, most] = repeat;
  visitor("from", from, always);
  visitor("until", until, always);
  visitor("most", most, always);
}

void visit_fields(auto& visitor, auto& map, std::type_identity<MapItems>) {
  auto& [over, agent, prompt, concurrency, on_failure] = map;
  visitor("over", over, always);
  visitor("agent", agent, always);
  visitor("prompt", prompt, always);
  visitor("concurrency", concurrency, always);
  visitor("on_failure", on_failure, always);
}

void visit_fields(auto& visitor, auto& delegate, std::type_identity<DefinedDelegate>) {
  auto& [kind, name, description, parameters, agent] = delegate;
  visitor("kind", kind, always);
  visitor("name", name, always);
  visitor("description", description, always);
  visitor("parameters", parameters, always);
  visitor("agent", agent, always);
}

void visit_fields(auto& visitor, auto& missing, std::type_identity<PinnedPack::Missing>) {
  auto& [path, what] = missing;
  visitor("path", path, always);
  visitor("what", what, always);
}

void visit_fields(auto& visitor, auto& pinned, std::type_identity<PinnedPack>) {
  auto& [pack, digest, skills, missing] = pinned;
  visitor("pack", pack, always);
  visitor("digest", digest, always);
  visitor("skills", skills, unless_default);
  visitor("missing", missing, unless_default);
}

void visit_fields(auto& visitor, auto& permissions, std::type_identity<Permissions>) {
  auto& [ask, deny, allow] = permissions;
  visitor("ask", ask, unless_default);
  visitor("deny", deny, unless_default);
  visitor("allow", allow, unless_default);
}

void visit_fields(auto& visitor, auto& budget, std::type_identity<AgentBudget>) {
  auto& [limits, policy] = budget;
  auto& [time, tokens, cost] = limits;
  auto& [on_breach, tier] = policy;
  visitor("ms", time, unless_default);
  visitor("tokens", tokens, unless_default);
  visitor("nano_usd", cost, unless_default);
  visitor("on_breach", on_breach, always);
  visitor("tier", tier, unless_default);
}

void visit_fields(auto& visitor, auto& agent, std::type_identity<Agent>) {
  auto& [name, description, system_prompt, model, tools, declared_tools, root, max_iterations, max_runtime, on_in_doubt,
         on_model_unavailable, durability, durable_after, id, phases, critic, budget, permissions, skills, agents,
         sub_agents, skill_packs, submit_tool, output, model_tier, session, system_header, resolved_tools, source_tools,
         resolved_delegates, context_tokens, pinned_packs, skill_catalog, budgets_above] = agent;
  visitor("name", name, always);
  visitor("description", description, always);
  visitor("system_prompt", system_prompt, always);
  visitor("model", model, always);
  visitor("tools", tools, always);
  visitor("declared_tools", declared_tools, always);
  visitor("resolved_tools", resolved_tools, always);
  visitor("root", root, always);
  visitor("max_iterations", max_iterations, always);
  visitor("max_runtime_ms", max_runtime, always);
  visitor("on_in_doubt", on_in_doubt, always);
  visitor("on_model_unavailable", on_model_unavailable, always);
  visitor("durability", durability, always);
  visitor("durable_after_ms", durable_after, unless_default);
  visitor("id", id, unless_default);
  visitor("phases", phases, unless_default);
  visitor("critic", critic, unless_default);
  visitor("budget", budget, unless_default);
  visit_fields(visitor, permissions, std::type_identity<Permissions>{});
  visitor("skills", skills, unless_default);
  visitor("agents", agents, unless_default);
  visitor("sub_agents", sub_agents, unless_default);
  visitor("skill_packs", skill_packs, unless_default);
  visitor("submit_tool", submit_tool, unless_default);
  visitor("output", output, unless_default);
  visitor("resolved_delegates", resolved_delegates, unless_default);
  visitor("context_tokens", context_tokens, unless_default);
  visitor("system_header", system_header, unless_default);
  visitor("model_tier", model_tier, unless_default);
  visitor("session", session, unless_default);
  visitor("pinned_packs", pinned_packs, unless_default);
  visitor("skill_catalog", skill_catalog, unless_default);
  visitor("budgets_above", budgets_above, unless_default);
  visitor("source_tools", source_tools, unless_default);
}

template <class T>
concept Listed = requires(int& visitor, T& value) { visit_fields(visitor, value, std::type_identity<T>{}); };

std::string_view name_of(tool::Effect effect) { return tool::to_string(effect); }
std::string_view name_of(OnInDoubt policy) { return to_string(policy); }
std::string_view name_of(OnModelUnavailable policy) { return to_string(policy); }
std::string_view name_of(OnBreach policy) { return to_string(policy); }
std::string_view name_of(Durability durability) { return to_string(durability); }
std::string_view name_of(Phase::Kind kind) { return to_string(kind); }
std::string_view name_of(Condition::Test test) {
  constexpr std::array<std::string_view, 5> names{"equals", "differs", "one_of", "above", "below"};
  return names.at(static_cast<std::size_t>(test));
}
std::string_view name_of(MapItems::OnFailure policy) {
  return policy == MapItems::OnFailure::stop ? "stop" : "collect";
}
std::string_view name_of(Agent::Session session) {
  constexpr std::array<std::string_view, 4> names{"unknown", "none", "stored", "later"};
  return names.at(static_cast<std::size_t>(session));
}
std::string_view name_of(DefinedDelegate::Kind kind) {
  return kind == DefinedDelegate::Kind::skill ? "skill" : "agent";
}

template <class E>
concept Named = requires(E value) { name_of(value); };

std::optional<tool::Effect> parse(std::string_view name, tool::Effect) { return tool::parse_effect(name); }
std::optional<OnInDoubt> parse(std::string_view name, OnInDoubt) { return parse_on_in_doubt(name); }
std::optional<OnBreach> parse(std::string_view name, OnBreach) { return parse_on_breach(name); }
std::optional<Durability> parse(std::string_view name, Durability) { return parse_durability(name); }
std::optional<OnModelUnavailable> parse(std::string_view name, OnModelUnavailable) {
  return parse_on_model_unavailable(name);
}
template <class E>
std::optional<E> parse_as_one_of(std::string_view name, std::initializer_list<E> values) {
  for (auto value : values)
    if (name_of(value) == name) return value;
  return std::nullopt;
}
std::optional<Phase::Kind> parse(std::string_view name, Phase::Kind) {
  using enum Phase::Kind;
  return parse_as_one_of(name, {loop, prompt, map, branch, repeat});
}
std::optional<Condition::Test> parse(std::string_view name, Condition::Test) {
  using enum Condition::Test;
  return parse_as_one_of(name, {equals, differs, one_of, above, below});
}
std::optional<MapItems::OnFailure> parse(std::string_view name, MapItems::OnFailure) {
  return parse_as_one_of(name, {MapItems::OnFailure::collect, MapItems::OnFailure::stop});
}
std::optional<DefinedDelegate::Kind> parse(std::string_view name, DefinedDelegate::Kind) {
  return parse_as_one_of(name, {DefinedDelegate::Kind::skill, DefinedDelegate::Kind::agent});
}
std::optional<Agent::Session> parse(std::string_view name, Agent::Session) {
  using enum Agent::Session;
  return parse_as_one_of(name, {unknown, none, stored, later});
}

// --- writing

json::value stored(const std::string& text) { return json::value(text); }
json::value stored(bool flag) { return flag; }
json::value stored(int number) { return number; }
json::value stored(std::int64_t number) { return number; }
json::value stored(llm::NanoDollars cost) { return cost.count; }
json::value stored(Milliseconds duration) { return duration.count(); }
json::value stored(const json::object& object) { return object; }
json::value stored(const json::value& value) { return value; }
json::value stored(const CriticSettings& critic) { return critic.backstop_multiplier; }
json::value stored(Agent::SubmitTool) { return true; }
json::value stored(Named auto value) { return json::value(name_of(value)); }

template <Listed T>
json::value stored(const T& value);

template <class T>
json::value stored(const std::vector<T>& list) {
  json::array array;
  for (const auto& element : list) array.push_back(stored(element));
  return array;
}

template <class T>
json::value stored(const std::optional<T>& value) {
  return value ? stored(*value) : json::value(nullptr);
}

bool is_default(const CriticSettings& critic) { return !critic.enabled; }
bool is_default(const auto& field) { return field == std::remove_cvref_t<decltype(field)>{}; }

struct Writer {
  json::object object;
  void operator()(std::string_view key, const auto& field, Presence presence) {
    if (presence == always || !is_default(field)) object[key] = stored(field);
  }
};

template <Listed T>
json::value stored(const T& value) {
  Writer writer;
  visit_fields(writer, value, std::type_identity<T>{});
  return std::move(writer.object);
}

// --- reading

void read(const json::value& from, std::string& text) { text = std::string(from.as_string()); }
void read(const json::value& from, bool& flag) { flag = from.as_bool(); }
void read(const json::value& from, int& number) { number = static_cast<int>(from.as_int64()); }
void read(const json::value& from, std::int64_t& number) { number = from.as_int64(); }
void read(const json::value& from, llm::NanoDollars& cost) { cost.count = from.as_int64(); }
void read(const json::value& from, Milliseconds& duration) { duration = Milliseconds(from.as_int64()); }
void read(const json::value& from, json::object& object) { object = from.as_object(); }
void read(const json::value& from, json::value& value) { value = from; }
void read(const json::value& from, CriticSettings& critic) { critic = {true, from.to_number<double>()}; }
void read(const json::value&, Agent::SubmitTool& submit_tool) { submit_tool = Agent::SubmitTool::added; }
void read(const json::value& from, Named auto& value) {
  value = parse(from.as_string(), value).value_or(value);  // the default, should the name be unknown
}

template <Listed T>
void read(const json::value& from, T& value);

template <class T>
void read(const json::value& from, std::vector<T>& list) {
  for (const auto& element : from.as_array()) read(element, list.emplace_back());
}

template <class T>
void read(const json::value& from, std::optional<T>& value) {
  read(from, value.emplace());
}

struct Reader {
  const json::object& object;
  void operator()(std::string_view key, auto& field, Presence presence) const {
    if (presence == always)
      read(object.at(key), field);
    else if (const auto* value = object.if_contains(key))
      read(*value, field);
  }
};

template <Listed T>
void read(const json::value& from, T& value) {
  Reader reader{from.as_object()};
  visit_fields(reader, value, std::type_identity<T>{});
}

}  // namespace

json::object to_json(const Agent& agent) { return stored(agent).as_object(); }

Result<Agent> agent_from_json(const json::object& object) {
  try {
    Agent agent;
    Reader reader{object};
    visit_fields(reader, agent, std::type_identity<Agent>{});
    return agent;
  } catch (const std::exception& error) {
    return failed("journal.malformed", std::string("a stored agent definition is malformed: ") + error.what() +
                                           "; the database is damaged or was written by another program");
  }
}

}  // namespace executus
