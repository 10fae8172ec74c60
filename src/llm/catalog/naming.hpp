// From what an agent calls its model to specs: tiers and aliases expanded. Pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/spec.hpp>

namespace executus::llm {

inline constexpr std::string_view kFallbackTier = "fast";

struct Naming {
  // What a tier stands for; nothing when there is no such tier; an error when there is but nothing is set for it.
  std::function<Result<std::optional<std::string>>(const std::string& name)> tier;
  std::map<std::string, std::string> aliases;
  std::function<std::optional<std::string>(const std::string& name)> dynamic = {};  // asked after the aliases
  std::vector<std::string> tier_names = {};  // to suggest one for a misspelt name
};

// `name`: names and specs with commas between them; empty: the fallback tier. Aliases and tiers are expanded where they
// stand, over and over; what comes twice is asked once. Of each parameter what is nearest to what was asked for
// wins: `fast?effort=low` is low whatever the tier says. A tier stands for specs and aliases, never for another tier.
// Errors: model.unknown, model.alias_cycle, model.nested_tier, and those of parse_spec.
[[nodiscard]] Result<ModelChain> expand_name(std::string_view name, const Naming& naming);

// EXECUTUS_MODEL_TIER_<TIER>
[[nodiscard]] std::string tier_variable(std::string_view tier);

}  // namespace executus::llm
