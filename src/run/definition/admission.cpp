#include "run/definition/admission.hpp"

#include <utility>

#include <executus/base/digest.hpp>

#include "journal/admitted_row.hpp"
#include "run/definition/defined_tools.hpp"
#include "run/definition/input_files.hpp"

namespace executus::run {
namespace {

boost::json::object attributes_json(const Invocation& invocation) {
  boost::json::object attributes;
  for (const auto& [name, value] : invocation.attributes) attributes[name] = value;
  return attributes;
}

boost::json::object invocation_json(const Invocation& invocation) {
  boost::json::object json{{"caller", invocation.caller},
                           {"channel", invocation.channel},
                           {"attributes", attributes_json(invocation)},
                           {"parent", invocation.parent.str()},
                           {"inputs", invocation.inputs}};
  if (invocation.priority != 0) json["priority"] = invocation.priority;
  if (!invocation.queue.empty()) json["queue"] = invocation.queue;
  if (!invocation.delivery.id.empty())
    json["delivery"] = {{"kind", invocation.delivery.kind}, {"id", invocation.delivery.id}};
  if (!invocation.ancestors.empty()) {
    auto& ancestors = json["ancestors"].emplace_array();
    for (const auto& ancestor : invocation.ancestors) ancestors.emplace_back(ancestor);
  }
  return json;
}

// Whether it brings nothing that the model would be told.
bool says_nothing(const Invocation& invocation, std::string_view files) {
  return invocation.prompt.empty() && invocation.images.empty() && files.empty();
}

// Images without a prompt get no empty text part beside them.
llm::Message opening_message(const Invocation& invocation, std::string_view files) {
  std::string text = with_files_block(invocation.prompt, files);
  llm::Message message;
  if (!text.empty() || invocation.images.empty()) message.parts.push_back(llm::Text{std::move(text)});
  for (const auto& image : invocation.images) message.parts.push_back(image);
  return message;
}

// The history that a host kept of a run is its whole input: the prompt is not added to it. A run that continues another
// one may do so without a word.
std::vector<llm::Message> input_of(const Invocation& invocation, std::string_view files) {
  if (invocation.resume && !invocation.resume->history.empty()) return invocation.resume->history;
  if (!invocation.continues.empty() && says_nothing(invocation, files)) return {};
  return {opening_message(invocation, files)};
}

Boxed<journal::Past> past_of(const Invocation& invocation) {
  if (!invocation.resume) return {};
  return invocation.resume->past;
}

// Of which entry on is not what makes a submission another one.
Boxed<journal::Continued> base_of(const Invocation& invocation) {
  if (invocation.continues.empty()) return {};
  return journal::Continued{invocation.continues.str(), 0};
}

// What must be equal in repeated submissions of one run. The tier that named its model and what its session brought
// may differ, and so may what its skill packs were pinned to: the run goes on with what it has.
boost::json::object identity_of(Agent agent) {
  agent.model_tier.clear();
  agent.pinned_packs.clear();
  agent.skill_catalog.clear();
  agent.session = Agent::Session::unknown;
  return to_json(agent);
}

std::string stored_text(const boost::json::object& json, std::string_view key) {
  const auto* text = json.if_contains(key);
  return text && text->is_string() ? std::string(text->get_string()) : std::string();
}

}  // namespace

RunInfo run_info(const Agent& agent, const Invocation& invocation, WallTime started_at) {
  RunInfo info;
  info.run = invocation.run_id;
  info.subject = agent.id;
  info.name = agent.name;
  info.caller = invocation.caller;
  info.channel = invocation.channel;
  info.attributes = invocation.attributes;
  info.priority = invocation.priority;
  info.queue = invocation.queue;
  info.parent = invocation.parent;
  for (const auto& above : agent.budgets_above)
    if (auto run = RunId::parse(above)) info.budgets.push_back(*run);
  if (agent.budget) info.budgets.push_back(info.run);
  info.model_tier = agent.model_tier;
  info.model = agent.model;
  info.inputs = invocation.inputs;
  info.started_at = started_at;
  info.max_iterations = agent.max_iterations;
  return info;
}

Invocation stored_invocation(const RunId& run, const boost::json::object& json) {
  Invocation invocation;
  invocation.run_id = run;
  invocation.caller = stored_text(json, "caller");
  auto noted = journal::noted_in(json);
  invocation.channel = std::move(noted.channel);
  invocation.attributes = std::move(noted.attributes);
  invocation.priority = noted.priority;
  invocation.queue = std::move(noted.queue);
  if (auto parent = RunId::parse(stored_text(json, "parent"))) invocation.parent = *parent;
  if (const auto* inputs = json.if_contains("inputs"); inputs && inputs->is_object())
    invocation.inputs = inputs->get_object();
  if (const auto* delivery = json.if_contains("delivery"); delivery && delivery->is_object())
    invocation.delivery = {stored_text(delivery->get_object(), "kind"), stored_text(delivery->get_object(), "id")};
  if (const auto* ancestors = json.if_contains("ancestors"); ancestors && ancestors->is_array())
    for (const auto& ancestor : ancestors->get_array())
      if (ancestor.is_string()) invocation.ancestors.emplace_back(ancestor.get_string());
  return invocation;
}

journal::Admission admission_for(const Agent& agent, const tool::Toolbox& toolbox, const Invocation& invocation,
                                 std::string_view files, WallTime now, std::uint64_t upto) {
  journal::Admission admission;
  admission.id = invocation.run_id;
  admission.agent = agent.name;
  admission.caller = invocation.caller;
  admission.parent = invocation.parent.str();
  admission.continues = invocation.continues.str();
  admission.target = {invocation.delivery.kind, invocation.delivery.id};
  admission.durability = once_stored(agent.durability);
  bool queued = invocation.start == Invocation::Start::queued;
  admission.start = queued ? journal::Start::queued : journal::Start::owned;
  journal::Admitted admitted{identity_of(agent), invocation_json(invocation), input_of(invocation, files),
                             past_of(invocation), base_of(invocation)};
  admission.fingerprint = sha256_hex(journal::encode(admitted));
  Agent stored = agent;
  if (admitted.continues) admitted.continues->upto = upto;
  stored.resolved_tools = defined_tools(toolbox);
  admitted.agent = to_json(stored);
  admission.entry.seq = 1;
  admission.entry.at = now;
  if (invocation.resume) admission.entry.elapsed = invocation.resume->elapsed;
  admission.entry.payload = std::move(admitted);
  return admission;
}

}  // namespace executus::run
