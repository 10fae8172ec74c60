#include <executus/tool/tool.hpp>

#include "base/named.hpp"

namespace executus::tool {

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::pure:
      return "pure";
    case Effect::idempotent:
      return "idempotent";
    case Effect::keyed:
      return "keyed";
    case Effect::probeable:
      return "probeable";
    case Effect::irreversible:
      return "irreversible";
  }
  return "irreversible";
}

std::optional<Effect> parse_effect(std::string_view name) {
  using enum Effect;
  return find_named(name, {pure, idempotent, keyed, probeable, irreversible});
}

Task<Probe> Tool::probe(Call) {
  Probe unclear = Unclear{"the tool '" + info().spec.name + "' has no probe"};
  co_return unclear;
}

}  // namespace executus::tool
