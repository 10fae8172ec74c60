#include "run/admission.hpp"

#include <utility>

#include <executus/base/digest.hpp>

#include "run/stored_tools.hpp"

namespace executus::run {
namespace {

boost::json::object invocation_json(const Invocation& invocation) {
  return {{"caller", invocation.caller},
          {"channel", invocation.channel},
          {"guild", invocation.guild},
          {"parent", invocation.parent.str()},
          {"inputs", invocation.inputs}};
}

// Blank input with images has no empty text part.
llm::Message opening_message(const Invocation& invocation) {
  llm::Message message;
  if (!invocation.prompt.empty() || invocation.images.empty()) message.parts.push_back(llm::Text{invocation.prompt});
  for (const auto& image : invocation.images) message.parts.push_back(image);
  return message;
}

}  // namespace

journal::Admission admission_for(const Agent& agent, const tool::Toolbox& toolbox, const Invocation& invocation,
                                 WallTime now) {
  Agent stored = agent;
  stored.tools.clear();
  stored.resolved_tools = stored_tools(toolbox);
  for (const auto& tool : stored.resolved_tools) stored.tools.push_back(tool.spec.name);
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
      journal::Admitted{to_json(stored), invocation_json(invocation), {opening_message(invocation)}};
  admission.fingerprint = sha256_hex(journal::encode(admission.entry.payload));
  return admission;
}

}  // namespace executus::run
