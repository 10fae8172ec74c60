// The shipped ModelResolver: tiers, aliases and providers from configuration and environment.
//
//   name -> tier (EXECUTUS_MODEL_TIER_<TIER>, else the configured one, else the default of the first provider found)
//        -> alias -> provider/model?effort=...
//
// Providers come from the usual variables (OPENAI_API_KEY, OPENAI_BASE_URL), from
// LLM_<NAME>=scheme://[token@]host/path, and from the host (add). A provider without credentials resolves; the request
// says what is missing. Nothing that is returned or thrown here holds a token.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>
#include <executus/llm/resolver.hpp>

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
};

// What `models list` shows.
struct ModelListing {
  std::vector<ProviderInfo> providers;  // by name
  std::vector<TierInfo> tiers;          // by name
  std::map<std::string, std::string> aliases;
};

class ModelCatalog : public ModelResolver {
 public:
  // Adds a provider of the host, or replaces the one of that name. Any thread.
  virtual void add(std::shared_ptr<Provider> provider) = 0;

  // Any thread. Asks no server.
  [[nodiscard]] virtual ModelListing list() const = 0;
};

// With all shipped vendors. `environment` and `http` outlive the catalog and the models it gave. Errors of resolve():
// model.spec, model.chain, model.unknown, model.alias_cycle, model.nested_tier, model.no_provider,
// model.unknown_provider, model.dsn, model.base_url, model.vendor (unimplemented).
[[nodiscard]] std::unique_ptr<ModelCatalog> make_model_resolver(ResolverOptions options);

}  // namespace executus::llm
