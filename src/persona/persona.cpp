#include <executus/base/digest.hpp>
#include <executus/persona/persona.hpp>

#include "base/text.hpp"
#include "saved/memory_store.hpp"

namespace executus::persona {
namespace {

saved::Key webhook(std::string_view secret) { return {"webhook", sha256_hex(secret), saved::Key::Holders::one}; }

}  // namespace

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

std::optional<Error> fault_of(const Persona& persona) { return saved::fault_of(persona.record, persona.definition); }

std::vector<saved::Key> keys_of(const Persona& persona) {
  std::vector<saved::Key> keys;
  for (const auto& channel : persona.triggers.channels) keys.push_back({"channel", channel});
  if (const auto& secret = persona.triggers.webhook_secret; !secret.empty()) keys.push_back(webhook(secret));
  return keys;
}

std::optional<Persona> find_webhook(PersonaStore& store, std::string_view secret) {
  if (secret.empty()) return std::nullopt;
  auto found = store.list_with(webhook(secret));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Persona> list_channel(PersonaStore& store, const std::string& channel) {
  return store.list_with({"channel", channel});
}

std::unique_ptr<PersonaStore> make_memory_store() { return std::make_unique<saved::MemoryStore<Persona>>(); }

}  // namespace executus::persona
