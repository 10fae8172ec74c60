#include "mcp/offer/offer_rules.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace executus::mcp {
namespace {

bool fits_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches_glob(pattern, name); });
}

}  // namespace

bool is_wanted(const OfferRules& rules, std::string_view remote) { return fits_any(rules.wanted, remote); }

tool::Effect effect_of(const OfferRules& rules, const ListedTool& tool) {
  for (const auto& [name, effect] : rules.effects)
    if (name == tool.name) return effect;
  for (const auto& [pattern, effect] : rules.effects)
    if (matches_glob(pattern, tool.name)) return effect;
  if (rules.trusts_annotations && tool.hints.read_only) return tool::Effect::pure;
  if (rules.trusts_annotations && tool.hints.idempotent) return tool::Effect::idempotent;
  return rules.effect;
}

tool::Order order_of(const OfferRules& rules, std::string_view remote, tool::Effect effect) {
  const bool parallel = effect == tool::Effect::pure || fits_any(rules.parallel, remote);
  return parallel ? tool::Order::parallel : tool::Order::sequential;
}

}  // namespace executus::mcp
