// The shipped ModelResolver: tiers, aliases and providers from configuration and environment.
//
//   name -> tier (EXECUTUS_MODEL_TIER_<TIER>, else what `config` says under model.tier.NAME, else the configured one,
//           else the default of the first provider found)
//        -> alias -> provider/model?effort=..., several of them with commas: a chain (executus/llm/chain.hpp)
//
// Providers come from the usual variables (OPENAI_API_KEY, OPENAI_BASE_URL), from
// LLM_<NAME>=scheme://[token@]host/path, and from the host (add). A provider without credentials resolves; the request
// says what is missing. Nothing that is returned or thrown here holds a token.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/base/environment.hpp>
#include <executus/base/log.hpp>
#include <executus/llm/chain.hpp>
#include <executus/llm/limits.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/llm/usage.hpp>

namespace executus::net {
class HttpClient;
}

namespace executus::llm {

struct ResolverOptions {
  const Environment* environment = nullptr;  // null: process_environment()
  net::HttpClient* http = nullptr;           // null: providers that need it fail when used
  std::map<std::string, std::string> tiers = {};
  std::map<std::string, std::string> aliases = {};
  std::vector<std::shared_ptr<Provider>> providers = {};  // before those of the environment

  // A host's own configuration, which may change while the program runs: asked for model.tier.NAME at most once in
  // `config_ttl`. What it throws counts as nothing. Any thread.
  std::function<std::optional<std::string>(const std::string& key)> config = {};
  Milliseconds config_ttl{60'000};

  // Asked, in order, for names that are neither tier nor alias: a spec, or nothing. Any thread; may resolve names of
  // its own.
  std::vector<std::function<std::optional<std::string>(const std::string& name)>> dynamic = {};

  const Clock* clock = nullptr;  // null: system_clock()
  Random* random = nullptr;      // null: system_random()
  HealthPolicy health = {};
  SuspensionStore* suspension_store = nullptr;  // null: suspensions by hand last as long as the resolver
  ChainPolicy chain = {};
  ChainObserver chain_observer = {};

  // Put around each model, inside of chains and outside of what `limits` makes wait. Null: the shipped one, which fits
  // images to their model, on threads of its own (docs/guides/images.md). Called with a lock held: asks nothing back.
  std::function<std::shared_ptr<Model>(std::shared_ptr<Model> model)> around_each = {};

  LimitTable limits = {};  // what providers allow; kept by all models this resolver gives, together

  UsageSink* usage = nullptr;   // told of every answer; may be null
  TraceSink* traces = nullptr;  // told of every call with a trace id; may be null
  Logger* logger = nullptr;     // null: what sinks throw is dropped

  // YAML above the shipped tables: docs/guides/cost.md. The names are for messages. make_model_resolver throws Error
  // config.invalid or yaml.malformed.
  struct Table {
    std::string yaml = {};
    std::string file = {};
  };
  Table prices = {};
  Table context_windows = {};
};

enum class Credentials { present, absent, not_needed };

[[nodiscard]] std::string_view to_string(Credentials credentials);

struct ProviderInfo {
  std::string name;    // as specs name it
  std::string scheme;  // "openai"; empty for those the host added
  std::string base_url;
  std::string source;  // the variable that configured it; empty: the host, or built in
  Credentials credentials = Credentials::not_needed;
  std::string problem;  // why it cannot be used; empty: it can
};

struct TierInfo {
  std::string name;
  std::string spec;  // resolved; as configured when there is a problem; empty when nothing is configured
  std::string source;
  std::string problem;
  int context_tokens = 0;  // of the first model of its spec, as far as tables tell; 0: unknown
};

// What a provider said when it was asked which models it has.
struct ToldModels {
  std::string provider;
  std::size_t models = 0;   // of Ollama: that are loaded
  std::size_t windows = 0;  // of how many it told their context window
  std::string problem;      // why it could not be asked, or read; empty: it was
};

// What `models list` shows.
struct ModelListing {
  std::vector<ProviderInfo> providers;  // by name
  std::vector<TierInfo> tiers;          // by name
  std::map<std::string, std::string> aliases;
  std::vector<TargetHealth> health;  // of those that failed or are suspended
  LimitTable limits;
};

class ModelCatalog : public ModelResolver {
 public:
  // Adds a provider of the host, or replaces the one of that name. Any thread.
  virtual void add(std::shared_ptr<Provider> provider) = 0;

  // Any thread. Asks no server.
  [[nodiscard]] virtual ModelListing list() const = 0;

  // Asks all providers that can tell which models they have, together and each for at most 15 seconds and 1 MiB;
  // models that are resolved from then on have the context windows they told. By name. What fails is in the
  // rows. The catalog outlives the task.
  [[nodiscard]] virtual Task<std::vector<ToldModels>> refresh() = 0;

  // A model that paints (executus/llm/image_model.hpp), by provider/model: no tier, no chain, and apart from limits,
  // usage and traces, which count tokens. Any thread. Errors:
  // model.spec, model.unknown_provider, model.no_images, and what is wrong with the provider.
  [[nodiscard]] virtual Result<std::shared_ptr<ImageModel>> image_model(std::string_view spec) = 0;

  // Any thread. Shared by all models this catalog gives.
  [[nodiscard]] virtual Health& health() = 0;

  // Whether `name` is a tier: configured, or a default of some vendor. Any thread.
  [[nodiscard]] virtual bool is_tier(std::string_view name) const = 0;
};

// The catalog of all shipped vendors. What the options point to outlives it, and it outlives the models it gave. Errors
// of resolve(): model.spec, model.unknown, model.alias_cycle, model.nested_tier, model.no_provider,
// model.unknown_provider, model.dsn, model.base_url, model.vendor (unimplemented).
[[nodiscard]] std::unique_ptr<ModelCatalog> make_model_resolver(ResolverOptions options);

}  // namespace executus::llm
