// The effect classes as agent files name them, and what the crash tests expect of each.
#pragma once

namespace executus::crash {

enum class EffectClass { pure, idempotent, keyed, probeable, irreversible };

[[nodiscard]] constexpr const char* name_of(EffectClass effect) {
  constexpr const char* names[] = {"pure", "idempotent", "keyed", "probeable", "irreversible"};
  return names[static_cast<int>(effect)];
}

// Journaled before it is dispatched, and never to happen twice.
[[nodiscard]] constexpr bool is_gated(EffectClass effect) { return effect >= EffectClass::keyed; }

}  // namespace executus::crash
