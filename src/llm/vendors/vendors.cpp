#include "llm/vendors/vendors.hpp"

#include <utility>

#include <executus/llm/scripted.hpp>

#include "llm/anthropic/provider.hpp"
#include "llm/google/provider.hpp"
#include "llm/llamaswap/chat.hpp"
#include "llm/media/fitted_model.hpp"
#include "llm/ollama/host.hpp"
#include "llm/ollama/preset.hpp"
#include "llm/ollama/provider.hpp"
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
  vendor.list = ListDialect::openai;
  vendor.make = [](Endpoint endpoint, net::HttpClient* http) {
    return openai::make_provider(std::move(endpoint), *http);
  };
  return vendor;
}

Vendor anthropic_vendor() {
  Vendor vendor{.scheme = "anthropic",
                .key_variable = "ANTHROPIC_API_KEY",
                .url_variable = "ANTHROPIC_BASE_URL",
                .default_url = std::string(anthropic::kOfficialUrl),
                .tiers = anthropic_tiers()};
  vendor.list = ListDialect::anthropic;
  vendor.make = [](Endpoint endpoint, net::HttpClient* http) {
    return anthropic::make_provider(std::move(endpoint), *http);
  };
  return vendor;
}

Vendor google_vendor() {
  Vendor vendor{.scheme = "google",
                .key_variable = "GEMINI_API_KEY",
                .url_variable = "GOOGLE_GEMINI_BASE_URL",
                .default_url = std::string(google::kOfficialUrl),
                .tiers = google_tiers()};
  vendor.list = ListDialect::google;
  vendor.make = [](Endpoint endpoint, net::HttpClient* http) {
    return google::make_provider(std::move(endpoint), *http);
  };
  return vendor;
}

Vendor responses_vendor() {
  Vendor vendor{.scheme = "openai-responses",
                .key_variable = "OPENAI_API_KEY",
                .url_variable = "OPENAI_BASE_URL",
                .default_url = std::string(openai::kOfficialUrl),
                .tiers = openai_responses_tiers()};
  vendor.list = ListDialect::openai;
  vendor.make = [](Endpoint endpoint, net::HttpClient* http) {
    return openai::make_responses_provider(std::move(endpoint), *http);
  };
  return vendor;
}

Vendor ollama_vendor(const ollama::Preset& preset, DefaultTiers tiers) {
  Vendor vendor{.scheme = std::string(preset.scheme),
                .key_variable = std::string(preset.key_variable),
                .url_variable = std::string(preset.url_variable),
                .default_url = std::string(preset.default_url),
                .tiers = std::move(tiers)};
  if (preset.url_variable == ollama::kLocal.url_variable) vendor.read_url = ollama::base_url_of_host;
  if (preset.scheme == ollama::kLocal.scheme) vendor.list = ListDialect::ollama;
  vendor.make = [timeout = preset.call_timeout](Endpoint endpoint, net::HttpClient* http) {
    return ollama::make_provider(std::move(endpoint), *http, {.call_timeout = timeout});
  };
  return vendor;
}

// Its chat is the OpenAI protocol.
Vendor llamaswap_vendor() {
  Vendor vendor{.scheme = "llamaswap", .default_url = std::string(llamaswap::kDefaultUrl)};
  vendor.list = ListDialect::llamaswap;
  vendor.make = [](Endpoint endpoint, net::HttpClient* http) {
    return openai::make_provider(llamaswap::chat_endpoint(std::move(endpoint)), *http, llamaswap::kNoTimeout);
  };
  return vendor;
}

Vendor scripted_vendor() {
  Vendor vendor{.scheme = "scripted"};
  vendor.make = [](Endpoint, net::HttpClient*) { return make_scripted_provider(); };
  return vendor;
}

auto fits_images(const Environment* environment) {
  auto works = media::make_encoding_works(environment ? *environment : process_environment());
  return [works = std::move(works)](std::shared_ptr<Model> model) { return media::fitted(std::move(model), works); };
}

}  // namespace

Vendors make_default_vendors() {
  return {openai_vendor(),
          responses_vendor(),
          anthropic_vendor(),
          google_vendor(),
          ollama_vendor(ollama::kCloud, ollama_cloud_tiers()),
          ollama_vendor(ollama::kLocal, ollama_tiers()),
          ollama_vendor(ollama::kForeman, {}),
          llamaswap_vendor(),
          scripted_vendor()};
}

std::unique_ptr<ModelCatalog> make_model_resolver(ResolverOptions options) {
  if (!options.around_each) options.around_each = fits_images(options.environment);
  return make_catalog(std::move(options), make_default_vendors());
}

}  // namespace executus::llm
