#include "llm/catalog/naming.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace executus::llm {
namespace {

// What `nearer` says, and of the rest what `further` says.
ModelParameters over(ModelParameters nearer, ModelParameters further) {
  if (nearer.effort.empty()) nearer.effort = std::move(further.effort);
  if (!nearer.max_output_tokens) nearer.max_output_tokens = further.max_output_tokens;
  if (!nearer.temperature) nearer.temperature = further.temperature;
  return nearer;
}

Error empty_place(std::string_view chain) {
  bool may_hold_a_token = chain.find("://") != std::string_view::npos;
  auto shown = may_hold_a_token ? std::string() : "'" + std::string(clip(trim(chain), 120)) + "' ";
  return failed("model.spec",
                "the chain of models " + shown + "has an empty place: take out the comma, or put a model there");
}

// Expands one name after another, depth first: what an alias stands for takes its place in the chain.
class Expansion {
 public:
  explicit Expansion(const Naming& naming) : naming_(naming) {}

  // `nearer`: what was asked for nearer to the caller. Nothing is returned when all went well.
  std::optional<Error> add(std::string_view text, const ModelParameters& nearer) {
    for (auto element : split(text, ',')) {
      element = trim(element);
      bool is_chain = text.find(',') != std::string_view::npos;
      if (element.empty() && is_chain) return seen_from_here(empty_place(text));
      if (element.empty()) element = kFallbackTier;
      auto problem =
          element.find('/') == std::string_view::npos ? add_name(element, nearer) : add_spec(element, nearer);
      if (problem) return problem;
    }
    return std::nullopt;
  }
  ModelChain chain() && { return std::move(chain_); }

 private:
  std::optional<Error> add_spec(std::string_view text, const ModelParameters& nearer) {
    auto spec = parse_spec(text);
    if (!spec) return seen_from_here(spec.error());
    spec->parameters = over(nearer, std::move(spec->parameters));
    if (std::find(chain_.begin(), chain_.end(), *spec) == chain_.end()) chain_.push_back(std::move(*spec));
    return std::nullopt;
  }

  std::optional<Error> add_name(std::string_view text, const ModelParameters& nearer) {
    auto parts = split_parameters(text);
    if (!parts) return seen_from_here(parts.error());
    auto meaning = meaning_of(parts->name);
    if (!meaning) return seen_from_here(meaning.error());
    bool is_tier = std::exchange(is_tier_, false);
    auto outer = tier_;
    if (is_tier) tier_ = parts->name;
    path_.push_back(parts->name);
    auto problem = add(*meaning, over(nearer, std::move(parts->parameters)));
    path_.pop_back();
    tier_ = std::move(outer);
    return problem;
  }

  // A tier, else an alias, else what one of the host's dynamic resolvers says now.
  Result<std::string> meaning_of(const std::string& name) {
    auto tier = naming_.tier(name);
    is_tier_ = !tier || tier->has_value();
    if (is_tier_ && !tier_.empty())
      return failed("model.nested_tier",
                    "the tier '" + tier_ + "' leads to the tier '" + name + "'; name a provider/model there");
    if (!tier) return tier.error();
    if (is_tier_) return **tier;
    if (std::find(path_.begin(), path_.end(), name) != path_.end())
      return failed("model.alias_cycle", "the model alias '" + name + "' leads back to itself (" + path() + " -> " +
                                             name + "); change one of them in models.aliases");
    if (auto alias = naming_.aliases.find(name); alias != naming_.aliases.end()) return alias->second;
    if (naming_.dynamic)
      if (auto found = naming_.dynamic(name)) return *found;
    return unknown_name(name);
  }

  [[nodiscard]] Error unknown_name(const std::string& name) const {
    std::vector<std::string> known = naming_.tier_names;
    for (const auto& [alias, spec] : naming_.aliases) known.push_back(alias);
    return failed("model.unknown", "'" + name + "' is no tier, no alias and no spec like provider/model" +
                                       did_you_mean(name, known) + "; set " + tier_variable(name) +
                                       "=provider/model, or add it to models.tiers or models.aliases of executus.yaml");
  }

  [[nodiscard]] std::string path() const {
    std::string joined;
    for (const auto& each : path_) joined += (joined.empty() ? "" : " -> ") + each;
    return joined;
  }
  [[nodiscard]] Error seen_from_here(const Error& error) const {
    if (path_.empty() || error.message().starts_with("model " + path_[0])) return error;
    return {error.kind(), error.code(), "model " + path() + ": " + error.message()};
  }

  const Naming& naming_;
  ModelChain chain_;
  std::vector<std::string> path_;  // the names between the one that was asked for and here
  std::string tier_;               // the one passed on the way, if any
  bool is_tier_ = false;           // of the name looked up last
};

}  // namespace

Result<ModelChain> expand_name(std::string_view name, const Naming& naming) {
  Expansion expansion(naming);
  if (auto problem = expansion.add(trim(name), {})) return *problem;
  return std::move(expansion).chain();
}

std::string tier_variable(std::string_view tier) {
  std::string variable = "EXECUTUS_MODEL_TIER_";
  for (char c : tier) variable += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return variable;
}

}  // namespace executus::llm
