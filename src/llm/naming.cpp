#include "llm/naming.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace executus::llm {
namespace {

// What stands between the name that was asked for and the spec.
struct Path {
  std::vector<std::string> names;
  std::string tier;  // the one passed, if any

  [[nodiscard]] bool holds(const std::string& name) const {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  [[nodiscard]] std::string text() const {
    std::string joined;
    for (const auto& each : names) joined += (joined.empty() ? "" : " -> ") + each;
    return joined;
  }
};

Error unknown_name(const std::string& name, const Naming& naming) {
  std::vector<std::string> known = naming.tier_names;
  for (const auto& [alias, spec] : naming.aliases) known.push_back(alias);
  return failed("model.unknown", "'" + name + "' is no tier, no alias and no spec like provider/model" +
                                     did_you_mean(name, known) + "; set " + tier_variable(name) +
                                     "=provider/model, or add it to models.tiers or models.aliases of executus.yaml");
}

Result<std::string> next_text(const std::string& name, const Naming& naming, Path& path) {
  auto tier = naming.tier(name);
  bool is_tier = !tier || tier->has_value();
  if (is_tier && !path.tier.empty())
    return failed("model.nested_tier",
                  "the tier '" + path.tier + "' leads to the tier '" + name + "'; name a provider/model there");
  if (!tier) return tier.error();
  if (is_tier) {
    path.tier = name;
    path.names.push_back(name);
    return **tier;
  }
  if (path.holds(name))
    return failed("model.alias_cycle", "the model alias '" + name + "' leads back to itself (" + path.text() + " -> " +
                                           name + "); change one of them in models.aliases");
  auto alias = naming.aliases.find(name);
  if (alias == naming.aliases.end()) return unknown_name(name, naming);
  path.names.push_back(name);
  return alias->second;
}

Error seen_from(const Path& path, const Error& error) {
  if (path.names.empty()) return error;
  return {error.kind(), error.code(), "model " + path.text() + ": " + error.message()};
}

bool is_spec_like(std::string_view text) { return text.find_first_of("/,") != std::string_view::npos; }

}  // namespace

Result<ModelSpec> expand_name(std::string_view name, const Naming& naming) {
  std::string text(trim(name));
  if (text.empty()) text = kFallbackTier;
  std::string effort;
  for (Path path;;) {
    if (is_spec_like(text)) {
      auto spec = parse_spec(text);
      if (!spec) return seen_from(path, spec.error());
      if (!effort.empty()) spec->effort = effort;
      return spec;
    }
    auto parts = split_effort(text);
    if (!parts) return seen_from(path, parts.error());
    if (effort.empty()) effort = parts->effort;
    auto next = next_text(parts->name, naming, path);
    if (!next) return seen_from(path, next.error());
    text = trim(*next);
  }
}

std::string tier_variable(std::string_view tier) {
  std::string variable = "EXECUTUS_MODEL_TIER_";
  for (char c : tier) variable += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return variable;
}

}  // namespace executus::llm
