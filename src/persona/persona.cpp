#include <executus/persona/persona.hpp>

#include "base/text.hpp"

namespace executus::persona {

Result<Agent> to_agent(const Persona& persona, const Layers& layers) {
  Agent agent = persona.definition.agent;
  agent.id = persona.record.id;
  for (const auto& layer : persona.personalization) {
    auto text = layers ? layers(layer) : std::nullopt;
    if (!text)
      return failed("persona.layer", "agent '" + std::string(clip(agent.name, 80)) + "' names the layer '" +
                                         std::string(clip(layer, 80)) + "', which nothing here provides");
    agent.system_prompt += (agent.system_prompt.empty() ? "" : "\n\n") + *text;
  }
  return agent;
}

}  // namespace executus::persona
