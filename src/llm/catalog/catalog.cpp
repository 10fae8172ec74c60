#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "llm/catalog/context_limits.hpp"
#include "llm/catalog/naming.hpp"
#include "llm/catalog/no_model.hpp"
#include "llm/catalog/parameter_model.hpp"
#include "llm/catalog/provider_table.hpp"
#include "llm/catalog/timed_config.hpp"
#include "llm/chain/model_gates.hpp"
#include "llm/endpoint/vendor.hpp"
#include "llm/telemetry/instrumented.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kTierPrefix = "EXECUTUS_MODEL_TIER_";

std::string tier_of_variable(std::string_view variable) { return lowered(variable.substr(kTierPrefix.size())); }

// A DSN that was written in the place of a spec is not shown: it may hold a token.
std::string shown(const std::string& text) { return text.find("://") == std::string::npos ? text : "(no spec)"; }

struct TierSetting {
  std::string text;
  std::string source;
};

// The shipped prices take a while to read: that waits for the first call. What is wrong with a file is said at once.
// Threads: any.
class KnownPrices {
 public:
  explicit KnownPrices(ResolverOptions::Table above) : above_(std::move(above)) { (void)on_top_of(Prices()); }

  const Prices& get() {
    std::call_once(read_, [this] { prices_ = on_top_of(Prices::shipped()); });
    return prices_;
  }

 private:
  [[nodiscard]] Prices on_top_of(Prices below) const {
    return above_.yaml.empty() ? below : below.with(above_.yaml, above_.file).value();
  }

  const ResolverOptions::Table above_;
  std::once_flag read_;
  Prices prices_;
};

class Catalog final : public ModelCatalog {
 public:
  Catalog(ResolverOptions options, Vendors vendors)
      : environment_(options.environment ? *options.environment : process_environment()),
        tiers_(std::move(options.tiers)),
        aliases_(std::move(options.aliases)),
        dynamic_(std::move(options.dynamic)),
        config_(std::move(options.config), options.config_ttl, clock_of(options)),
        health_(clock_of(options), options.health, options.suspension_store),
        chain_{health_, options.random ? *options.random : system_random(), options.chain,
               std::move(options.chain_observer)},
        prices_(options.prices),
        limits_(windows_of(options.context_windows)),
        http_(options.http),
        gates_(std::move(options.limits), clock_of(options)),
        around_each_(std::move(options.around_each)),
        instruments_{options.usage, options.traces, options.usage || options.traces ? &prices_.get() : nullptr,
                     options.logger, options.random},
        providers_(environment_, options.http, std::move(vendors)) {
    for (auto& provider : options.providers) providers_.add(std::move(provider));
  }

  // Names are expanded without the lock: a host's resolver may ask back.
  Result<ResolvedModel> resolve(std::string_view name) override {
    auto chain = expand(name);
    if (!chain) return chain.error();
    std::vector<std::shared_ptr<Model>> models;
    for (auto& spec : *chain) {
      auto model = model_of(spec);
      if (!model) return seen_from(name, model.error());
      models.push_back(std::move(*model));
    }
    auto whole = make_chain(std::move(models), chain_);
    int context = limits_.tokens(whole->target());
    if (context <= 0) context = whole->capabilities().context_tokens;
    auto attribution = with_model(nullptr, std::string(name));
    return ResolvedModel{instrumented(std::move(whole), instruments_), to_string(*chain), context,
                         std::move(attribution), missing_keys(*chain)};
  }

  std::optional<NanoDollars> cost(std::string_view target, const Usage& usage, WallTime when) override {
    return prices_.get().cost(target, usage, when);
  }

  Result<std::shared_ptr<ImageModel>> image_model(std::string_view text) override {
    auto spec = parse_spec(text);
    if (!spec) return spec.error();
    std::lock_guard lock(mutex_);
    auto provider = providers_.find(spec->provider);
    if (!provider) return provider.error();
    if (auto model = (*provider)->image_model(spec->id)) return model;
    return failed("model.no_images", "the provider '" + spec->provider +
                                         "' has no models that paint; one with OpenAI's " +
                                         "images API has (openai, or LLM_<NAME>=openai://host/v1)");
  }

  Health& health() override { return health_; }

  [[nodiscard]] bool is_tier(std::string_view name) const override {
    auto tier = tier_text(std::string(name));
    return !tier.ok() || tier->has_value();
  }

  void add(std::shared_ptr<Provider> provider) override {
    std::lock_guard lock(mutex_);
    providers_.add(std::move(provider));
  }

  [[nodiscard]] ModelListing list() const override {
    ModelListing listing;
    {
      std::lock_guard lock(mutex_);
      listing.providers = providers_.list();
    }
    for (const auto& tier : tier_names()) listing.tiers.push_back(tier_info(tier));
    for (const auto& [name, text] : aliases_) listing.aliases[name] = shown(text);
    listing.health = health_.snapshot();
    listing.limits = gates_.limits();
    return listing;
  }

  Task<std::vector<ToldModels>> refresh() override {
    if (!http_) co_return std::vector<ToldModels>();
    std::vector<ListingServer> servers;
    {
      std::lock_guard lock(mutex_);
      servers = providers_.listing_servers();
    }
    co_return co_await limits_.refresh_all(std::move(servers), *http_);
  }

 private:
  // Empty when one of them can be asked.
  std::vector<std::string> missing_keys(const ModelChain& chain) const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> missing;
    for (const auto& spec : chain) {
      auto variable = providers_.missing_key(spec.provider);
      if (!variable) return {};
      missing.push_back("model '" + target_of(spec) + "': variable " + *variable + " is not set");
    }
    return missing;
  }

  static ModelTable<int>::Layer windows_of(const ResolverOptions::Table& table) {
    return table.yaml.empty() ? ModelTable<int>::Layer{} : read_windows(table.yaml, table.file).value();
  }
  static const Clock& clock_of(const ResolverOptions& options) {
    return options.clock ? *options.clock : system_clock();
  }

  // A provider may complete the id (a relative path): what is stored must lead to the same model from anywhere.
  Result<std::shared_ptr<Model>> model_of(ModelSpec& spec) {
    std::lock_guard lock(mutex_);
    auto provider = providers_.find(spec.provider);
    if (!provider) return provider.error();
    auto model = (*provider)->model(spec.id);
    const auto& target = model->target();
    if (target.starts_with(spec.provider + "/")) spec.id = target.substr(spec.provider.size() + 1);
    if (spec.parameters != ModelParameters()) model = with_parameters(std::move(model), spec.parameters);
    model = gates_.through(std::move(model));
    return around_each_ ? around_each_(std::move(model)) : std::move(model);
  }

  static Error seen_from(std::string_view name, const Error& error) {
    return {error.kind(), error.code(), "model '" + std::string(name) + "': " + error.message()};
  }

  [[nodiscard]] Result<ModelChain> expand(std::string_view name) const {
    Naming naming;
    naming.aliases = aliases_;
    naming.dynamic = [this](const std::string& unknown) -> std::optional<std::string> {
      for (const auto& resolver : dynamic_)
        if (auto found = resolver(unknown)) return found;
      return std::nullopt;
    };
    for (auto& tier : tier_names()) naming.tier_names.push_back(tier);
    naming.tier = [this](const std::string& tier) { return tier_text(tier); };
    return expand_name(name, naming);
  }

  [[nodiscard]] Result<std::optional<std::string>> tier_text(const std::string& tier) const {
    if (auto found = tier_setting(tier)) return std::optional(found->text);
    if (default_tiers().contains(tier)) {
      std::lock_guard lock(mutex_);
      return no_model_for(tier, providers_.list(), providers_.vendors());
    }
    return std::optional<std::string>();
  }

  [[nodiscard]] std::optional<TierSetting> tier_setting(const std::string& tier) const {
    if (auto text = setting(environment_, tier_variable(tier)); !text.empty())
      return TierSetting{text, tier_variable(tier)};
    if (auto text = config_.get("model.tier." + tier)) return TierSetting{*text, "host"};
    if (auto own = tiers_.find(tier); own != tiers_.end()) return TierSetting{own->second, "configuration"};
    std::lock_guard lock(mutex_);
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
    TierInfo info;
    info.name = tier;
    if (auto found = tier_setting(tier)) {
      info.spec = shown(found->text);
      info.source = found->source;
    }
    if (auto spec = expand(tier)) {
      info.spec = to_string(*spec);
      info.context_tokens = limits_.tokens(spec->front().provider + "/" + spec->front().id);
    } else
      info.problem = spec.error().message();
    return info;
  }

  const Environment& environment_;
  std::map<std::string, std::string> tiers_;
  std::map<std::string, std::string> aliases_;
  const std::vector<std::function<std::optional<std::string>(const std::string&)>> dynamic_;
  mutable TimedConfig config_;
  mutable Health health_;
  const ChainParts chain_;
  KnownPrices prices_;
  ContextLimits limits_;
  net::HttpClient* const http_;
  const ModelGates gates_;
  const std::function<std::shared_ptr<Model>(std::shared_ptr<Model>)> around_each_;  // null: nothing
  const Instruments instruments_;
  mutable std::mutex mutex_;  // of the providers
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
