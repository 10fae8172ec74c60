#include "llm/vendors/vendors.hpp"

#include <utility>

#include <executus/llm/scripted.hpp>

#include "llm/openai/provider.hpp"
#include "llm/vendors/default_tiers.hpp"

namespace executus::llm {
namespace {

Vendor openai_vendor() {
  Vendor vendor{.scheme = "openai",
                .key_variable = "OPENAI_API_KEY",
                .url_variable = "OPENAI_BASE_URL",
                .default_url = std::string(openai::kOfficialUrl),
                .tiers = openai_tiers()};
  vendor.make = [](Endpoint endpoint, net::HttpClient* http) {
    return openai::make_provider(std::move(endpoint), *http);
  };
  return vendor;
}

Vendor scripted_vendor() {
  Vendor vendor{.scheme = "scripted"};
  vendor.make = [](Endpoint, net::HttpClient*) { return make_scripted_provider(); };
  return vendor;
}

// Known by name, not made yet.
Vendors planned_vendors() {
  return {{.scheme = "anthropic", .key_variable = "ANTHROPIC_API_KEY"},
          {.scheme = "google", .key_variable = "GEMINI_API_KEY"},
          {.scheme = "ollama", .url_variable = "OLLAMA_HOST"},
          {.scheme = "openai-responses"},
          {.scheme = "llamaswap"}};
}

}  // namespace

Vendors make_default_vendors() {
  Vendors vendors{openai_vendor(), scripted_vendor()};
  for (auto& vendor : planned_vendors()) vendors.push_back(std::move(vendor));
  return vendors;
}

std::unique_ptr<ModelCatalog> make_model_resolver(ResolverOptions options) {
  return make_catalog(std::move(options), make_default_vendors());
}

}  // namespace executus::llm
