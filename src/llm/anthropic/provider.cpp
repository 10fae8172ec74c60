#include "llm/anthropic/provider.hpp"

#include <utility>

#include "llm/anthropic/request.hpp"
#include "llm/anthropic/stream.hpp"
#include "llm/anthropic/thinking.hpp"
#include "llm/dsn.hpp"

namespace executus::llm::anthropic {
namespace {

using SharedEndpoint = std::shared_ptr<const Endpoint>;

bool is_official(const Endpoint& endpoint) { return host_of(endpoint.base_url) == host_of(kOfficialUrl); }

class MessagesProtocol final : public Protocol {
 public:
  MessagesProtocol(SharedEndpoint endpoint, Dialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, Delivery delivery) const override {
    return {messages_path(endpoint_->base_url), messages_headers(*endpoint_, dialect_.traits),
            request_body(request, names, dialect_, delivery)};
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<MessagesReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  Dialect dialect_;
};

class AnthropicProvider final : public Provider {
 public:
  AnthropicProvider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout)
      : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))), http_(http), call_timeout_(call_timeout) {}

  [[nodiscard]] const std::string& name() const override { return endpoint_->name; }

  std::shared_ptr<Model> model(std::string id) override {
    bool official = is_official(*endpoint_);
    HttpModelOptions options{.key = official ? HttpModelOptions::Key::required : HttpModelOptions::Key::optional,
                             .timeout = call_timeout_,
                             .capabilities = official ? capabilities_of(id) : compatible_capabilities_of(id)};
    Dialect dialect{endpoint_->name, id, official ? traits_of(id) : compatible_traits_of(id)};
    auto protocol = std::make_unique<MessagesProtocol>(endpoint_, std::move(dialect));
    return std::make_shared<HttpModel>(endpoint_, std::move(id), std::move(protocol), http_, std::move(options));
  }

 private:
  SharedEndpoint endpoint_;  // shared with the models, which may live longer
  net::HttpClient& http_;
  Milliseconds call_timeout_;
};

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout) {
  return std::make_shared<AnthropicProvider>(std::move(endpoint), http, call_timeout);
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
