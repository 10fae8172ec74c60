#include "run/admission.hpp"

#include <utility>

#include <executus/base/digest.hpp>

#include "run/stored_tools.hpp"

namespace executus::run {
namespace {

boost::json::object invocation_json(const Invocation& invocation) {
  boost::json::object json{{"caller", invocation.caller},
                           {"channel", invocation.channel},
                           {"guild", invocation.guild},
                           {"parent", invocation.parent.str()},
                           {"inputs", invocation.inputs}};
  if (!invocation.delivery.id.empty())
    json["delivery"] = {{"kind", invocation.delivery.kind}, {"id", invocation.delivery.id}};
  if (!invocation.ancestors.empty()) {
    auto& ancestors = json["ancestors"].emplace_array();
    for (const auto& ancestor : invocation.ancestors) ancestors.emplace_back(ancestor);
  }
  return json;
}

// Blank input with images has no empty text part.
llm::Message opening_message(const Invocation& invocation, std::string_view files) {
  std::string text = invocation.prompt;
  if (!files.empty()) text += (text.empty() ? "" : "\n\n") + std::string(files);
  llm::Message message;
  if (!text.empty() || invocation.images.empty()) message.parts.push_back(llm::Text{std::move(text)});
  for (const auto& image : invocation.images) message.parts.push_back(image);
  return message;
}

std::string stored_text(const boost::json::object& json, std::string_view key) {
  const auto* text = json.if_contains(key);
  return text && text->is_string() ? std::string(text->get_string()) : std::string();
}

}  // namespace

RunInfo run_info(const Agent& agent, const Invocation& invocation, WallTime started_at) {
  return {invocation.run_id, agent.id,    agent.name,        invocation.caller, invocation.channel,  invocation.guild,
          invocation.parent, agent.model, invocation.inputs, started_at,        agent.max_iterations};
}

Invocation stored_invocation(const RunId& run, const boost::json::object& json) {
  Invocation invocation;
  invocation.run_id = run;
  invocation.caller = stored_text(json, "caller");
  invocation.channel = stored_text(json, "channel");
  invocation.guild = stored_text(json, "guild");
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
                                 std::string_view files, WallTime now) {
  Agent stored = agent;
  stored.resolved_tools = stored_tools(toolbox);
  journal::Admission admission;
  admission.id = invocation.run_id;
  admission.agent = agent.name;
  admission.caller = invocation.caller;
  admission.parent = invocation.parent.str();
  admission.durability = agent.durability;
  bool queued = invocation.start == Invocation::Start::queued;
  admission.start = queued ? journal::Start::queued : journal::Start::owned;
  admission.entry.seq = 1;
  admission.entry.at = now;
  admission.entry.payload =
      journal::Admitted{to_json(stored), invocation_json(invocation), {opening_message(invocation, files)}};
  admission.fingerprint = sha256_hex(journal::encode(admission.entry.payload));
  return admission;
}

}  // namespace executus::run
