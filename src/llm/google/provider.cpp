#include "llm/google/provider.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <executus/llm/kit/http_provider.hpp>

#include "base/percent.hpp"
#include "llm/catalog/dsn.hpp"
#include "llm/google/answer_schema.hpp"
#include "llm/google/request.hpp"
#include "llm/google/stream.hpp"
#include "llm/http/key_of.hpp"

namespace executus::llm::google {
namespace {

bool is_official(const Endpoint& endpoint) { return host_of(endpoint.base_url) == host_of(kOfficialUrl); }

bool ends_with_version(std::string_view base_url) {
  constexpr std::array<std::string_view, 4> versions{"/v1beta", "/v1", "/v1alpha", "/v1beta1"};
  return std::any_of(versions.begin(), versions.end(), [&](auto version) { return base_url.ends_with(version); });
}

class ContentProtocol final : public Protocol {
 public:
  ContentProtocol(SharedEndpoint endpoint, std::string model)
      : endpoint_(std::move(endpoint)), model_(std::move(model)), dialect_{endpoint_->name, traits_of(model_)} {}

  [[nodiscard]] bool takes(const boost::json::object& schema) const override { return takes_schema(schema); }
  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const override {
    WireRequest wire{content_path(endpoint_->base_url, model_, form), {}, request_body(request, names, dialect_)};
    if (!endpoint_->token.empty()) wire.headers.emplace_back("x-goog-api-key", endpoint_->token);
    return wire;
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<ContentReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  std::string model_;
  Dialect dialect_;
};

HttpModelParts parts_of(const SharedEndpoint& endpoint, const std::string& id, Milliseconds call_timeout) {
  bool official = is_official(*endpoint);
  HttpModelOptions options{.key = key_of(official),
                           .timeout = call_timeout,
                           .capabilities = official ? capabilities_of(id) : compatible_capabilities_of(id)};
  return {std::make_unique<ContentProtocol>(endpoint, id), std::move(options)};
}

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout) {
  return make_http_provider(std::move(endpoint), http, [call_timeout](const SharedEndpoint& at, const std::string& id) {
    return parts_of(at, id, call_timeout);
  });
}

// docs.cloud.google.com/gemini-enterprise-agent-platform, "Image understanding": 3000 images in a prompt, 7 MB each
// where they come inline; of pixels there is no limit, large images are scaled down there. Images of tool results may
// not be HEIC, so they are none anywhere.
Capabilities capabilities_of(std::string_view model) {
  Capabilities known;
  known.max_images = 3'000;
  known.max_image_bytes = std::size_t{7} * 1024 * 1024;
  known.image_types = {"image/png", "image/jpeg", "image/webp"};
  known.schemas = Capabilities::Schemas::native;
  known.context_tokens = traits_of(model).context_tokens;
  return known;
}

Capabilities compatible_capabilities_of(std::string_view model) {
  auto all = any_images();
  all.schemas = Capabilities::Schemas::native;
  all.context_tokens = traits_of(model).context_tokens;
  return all;
}

std::string content_path(std::string_view base_url, std::string_view model, AnswerForm form) {
  std::string path(ends_with_version(base_url) ? "/" : "/v1beta/");
  bool has_collection = model.starts_with("models/") || model.starts_with("tunedModels/");
  path += (has_collection ? "" : "models/") + percent_encoded(model, "-._~/:@");
  return path + (is_streamed(form) ? ":streamGenerateContent?alt=sse" : ":generateContent");
}

}  // namespace executus::llm::google
