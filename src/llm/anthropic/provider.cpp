#include "llm/anthropic/provider.hpp"

#include <utility>

#include <executus/llm/kit/http_provider.hpp>

#include "llm/anthropic/request.hpp"
#include "llm/anthropic/stream.hpp"
#include "llm/anthropic/thinking.hpp"
#include "llm/catalog/dsn.hpp"
#include "llm/http/key_of.hpp"

namespace executus::llm::anthropic {
namespace {

bool is_official(const Endpoint& endpoint) { return host_of(endpoint.base_url) == host_of(kOfficialUrl); }

class MessagesProtocol final : public Protocol {
 public:
  MessagesProtocol(SharedEndpoint endpoint, Dialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] bool takes(const boost::json::object& schema) const override { return takes_schema(schema); }
  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const override {
    return {messages_path(endpoint_->base_url), messages_headers(*endpoint_, dialect_.traits),
            request_body(request, names, dialect_, form)};
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<MessagesReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  Dialect dialect_;
};

HttpModelParts parts_of(const SharedEndpoint& endpoint, const std::string& id, Milliseconds call_timeout) {
  bool official = is_official(*endpoint);
  HttpModelOptions options{.key = key_of(official),
                           .timeout = call_timeout,
                           .capabilities = official ? capabilities_of(id) : compatible_capabilities_of(id)};
  Dialect dialect{endpoint->name, id, official ? traits_of(id) : compatible_traits_of(id)};
  return {std::make_unique<MessagesProtocol>(endpoint, std::move(dialect)), std::move(options)};
}

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout) {
  return make_http_provider(std::move(endpoint), http, [call_timeout](const SharedEndpoint& at, const std::string& id) {
    return parts_of(at, id, call_timeout);
  });
}

// platform.claude.com/docs/en/build-with-claude/vision, "General limits": 600 images, 100 for contexts of 200,000
// tokens; 8000 pixels an edge, 2000 with more than 20 images, which a conversation may come to have. The limit of 5 MB
// holds for the base64 text of an image: three quarters of it are bytes.
Capabilities capabilities_of(std::string_view model) {
  auto traits = traits_of(model);
  Capabilities known;
  known.max_images = traits.context_tokens > 200'000 ? 600 : 100;
  known.max_image_bytes = std::size_t{5} * 1024 * 1024 / 4 * 3;
  known.max_image_edge = 2'000;
  known.image_types = {"image/png", "image/jpeg", "image/webp", "image/gif"};
  if (traits.schemas == Traits::Schemas::taken) known.schemas = Capabilities::Schemas::native;
  known.context_tokens = traits.context_tokens;
  return known;
}

Capabilities compatible_capabilities_of(std::string_view model) {
  auto all = any_images();
  all.context_tokens = compatible_traits_of(model).context_tokens;
  return all;
}

net::HttpHeaders messages_headers(const Endpoint& endpoint, const Traits& traits) {
  net::HttpHeaders headers{{"anthropic-version", std::string(kApiVersion)}};
  if (traits.history == Traits::History::bound) headers.emplace_back("anthropic-beta", kThinkingBindingBeta);
  if (!endpoint.token.empty()) headers.emplace_back("x-api-key", endpoint.token);
  return headers;
}

std::string messages_path(std::string_view base_url) {
  return base_url.ends_with("/v1") ? "/messages" : "/v1/messages";
}

}  // namespace executus::llm::anthropic
