// From what an agent calls its model to a spec: tiers and aliases expanded. Pure.
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
  std::vector<std::string> tier_names;  // to guess what a misspelt one meant
};

// `name` empty: the fallback tier. The effort nearest to what was asked for wins: `fast?effort=low` is low whatever the
// tier says. A tier stands for a spec or an alias, never for another tier. Errors: model.unknown, model.alias_cycle,
// model.nested_tier, and those of parse_spec.
[[nodiscard]] Result<ModelSpec> expand_name(std::string_view name, const Naming& naming);

// EXECUTUS_MODEL_TIER_<TIER>
[[nodiscard]] std::string tier_variable(std::string_view tier);

}  // namespace executus::llm
