#include <mutex>
#include <set>
#include <utility>

#include "llm/effort_model.hpp"
#include "llm/naming.hpp"
#include "llm/no_model.hpp"
#include "llm/provider_table.hpp"
#include "llm/vendor.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kTierPrefix = "EXECUTUS_MODEL_TIER_";

std::string tier_of_variable(std::string_view variable) {
  std::string tier;
  for (char c : variable.substr(kTierPrefix.size()))
    tier += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return tier;
}

struct TierSetting {
  std::string text;
  std::string source;
};

class Catalog final : public ModelCatalog {
 public:
  Catalog(ResolverOptions options, Vendors vendors)
      : environment_(options.environment ? *options.environment : process_environment()),
        tiers_(std::move(options.tiers)),
        aliases_(std::move(options.aliases)),
        providers_(environment_, options.http, std::move(vendors)) {
    for (auto& provider : options.providers) providers_.add(std::move(provider));
  }

  Result<ResolvedModel> resolve(std::string_view name) override {
    std::lock_guard lock(mutex_);
    auto spec = expand(name);
    if (!spec) return spec.error();
    auto provider = providers_.find(spec->provider);
    if (!provider) return seen_from(name, provider.error());
    return resolved(**provider, std::move(*spec));
  }

  void add(std::shared_ptr<Provider> provider) override {
    std::lock_guard lock(mutex_);
    providers_.add(std::move(provider));
  }

  [[nodiscard]] ModelListing list() const override {
    std::lock_guard lock(mutex_);
    ModelListing listing;
    listing.providers = providers_.list();
    for (const auto& tier : tier_names()) listing.tiers.push_back(tier_info(tier));
    listing.aliases = aliases_;
    return listing;
  }

 private:
  // A provider may complete the id (a relative path): what is stored must lead to the same model from anywhere.
  static ResolvedModel resolved(Provider& provider, ModelSpec spec) {
    auto model = provider.model(spec.id);
    const auto& target = model->target();
    if (target.starts_with(spec.provider + "/")) spec.id = target.substr(spec.provider.size() + 1);
    auto text = to_string(spec);
    if (!spec.effort.empty()) model = with_effort(std::move(model), spec.effort);
    return {std::move(model), std::move(text), 0};
  }

  static Error seen_from(std::string_view name, const Error& error) {
    return {error.kind(), error.code(), "model '" + std::string(name) + "': " + error.message()};
  }

  [[nodiscard]] Result<ModelSpec> expand(std::string_view name) const {
    Naming naming;
    naming.aliases = aliases_;
    for (auto& tier : tier_names()) naming.tier_names.push_back(tier);
    naming.tier = [this](const std::string& tier) { return tier_text(tier); };
    return expand_name(name, naming);
  }

  [[nodiscard]] Result<std::optional<std::string>> tier_text(const std::string& tier) const {
    if (auto found = tier_setting(tier)) return std::optional(found->text);
    if (default_tiers().contains(tier)) return no_model_for(tier, providers_.list(), providers_.vendors());
    return std::optional<std::string>();
  }

  [[nodiscard]] std::optional<TierSetting> tier_setting(const std::string& tier) const {
    if (auto text = setting(environment_, tier_variable(tier)); !text.empty())
      return TierSetting{text, tier_variable(tier)};
    if (auto own = tiers_.find(tier); own != tiers_.end()) return TierSetting{own->second, "configuration"};
    for (const auto& vendor : providers_.vendors()) {
      auto row = vendor.tiers.find(tier);
      if (row != vendor.tiers.end() && providers_.offers(vendor))
        return TierSetting{vendor.scheme + "/" + row->second, "default of " + vendor.scheme};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::set<std::string> default_tiers() const {
    std::set<std::string> names{std::string(kFallbackTier)};
    for (const auto& vendor : providers_.vendors())
      for (const auto& [tier, model] : vendor.tiers) names.insert(tier);
    return names;
  }

  [[nodiscard]] std::set<std::string> tier_names() const {
    auto names = default_tiers();
    for (const auto& [tier, spec] : tiers_) names.insert(tier);
    for (const auto& variable : environment_.names_with_prefix(kTierPrefix)) names.insert(tier_of_variable(variable));
    return names;
  }

  [[nodiscard]] TierInfo tier_info(const std::string& tier) const {
    TierInfo info{tier, {}, {}, {}};
    if (auto found = tier_setting(tier)) {
      info.spec = found->text.find("://") == std::string::npos ? found->text : "";  // a URL may hold a token
      info.source = found->source;
    }
    if (auto spec = expand(tier))
      info.spec = to_string(*spec);
    else
      info.problem = spec.error().message();
    return info;
  }

  const Environment& environment_;
  std::map<std::string, std::string> tiers_;
  std::map<std::string, std::string> aliases_;
  mutable std::mutex mutex_;
  ProviderTable providers_;
};

}  // namespace

std::string_view to_string(Credentials credentials) {
  switch (credentials) {
    case Credentials::present:
      return "present";
    case Credentials::absent:
      return "absent";
    case Credentials::not_needed:
      return "not needed";
  }
  return "unknown";
}

std::unique_ptr<ModelCatalog> make_catalog(ResolverOptions options, Vendors vendors) {
  return std::make_unique<Catalog>(std::move(options), std::move(vendors));
}

}  // namespace executus::llm
