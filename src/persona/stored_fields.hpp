// The fields of a persona that stores keep: saved/stored_value.hpp.
#pragma once

#include <executus/persona/persona.hpp>

#include "saved/stored_value.hpp"

namespace executus::persona {

void visit_fields(auto& visitor, auto& triggers, std::type_identity<Triggers>) {
  auto& [webhook_secret, channels] = triggers;
  visitor("webhook_secret", webhook_secret);
  visitor("channels", channels);
}

void visit_fields(auto& visitor, auto& persona, std::type_identity<Persona>) {
  auto& [record, definition, triggers, personalization, reactions] = persona;
  visitor("definition", definition);
  visitor("triggers", triggers);
  visitor("personalization", personalization);
  visitor("reactions", reactions);
}

}  // namespace executus::persona
