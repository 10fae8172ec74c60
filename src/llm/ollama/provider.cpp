#include "llm/ollama/provider.hpp"

#include <utility>

#include "llm/dsn.hpp"
#include "llm/ollama/capabilities.hpp"
#include "llm/ollama/preset.hpp"
#include "llm/ollama/request.hpp"
#include "llm/ollama/stream.hpp"

namespace executus::llm::ollama {
namespace {

class ChatProtocol final : public Protocol {
 public:
  ChatProtocol(std::shared_ptr<const Endpoint> endpoint, Dialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, Delivery delivery) const override {
    WireRequest wire{"/api/chat", {}, request_body(request, names, dialect_, delivery)};
    if (!endpoint_->token.empty()) wire.headers.emplace_back("Authorization", "Bearer " + endpoint_->token);
    return wire;
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<ChatReader>(std::move(asked));
  }

 private:
  std::shared_ptr<const Endpoint> endpoint_;
  Dialect dialect_;
};

class OllamaProvider final : public Provider {
 public:
  OllamaProvider(Endpoint endpoint, net::HttpClient& http, Options options)
      : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))), http_(http), options_(options) {}

  [[nodiscard]] const std::string& name() const override { return endpoint_->name; }

  std::shared_ptr<Model> model(std::string id) override {
    HttpModelOptions options{.key = key(),
                             .timeout = options_.call_timeout,
                             .capabilities = capabilities_of(id, place_of(endpoint_->base_url, id))};
    if (options_.context_tokens > 0) options.capabilities.context_tokens = options_.context_tokens;
    Dialect dialect{.provider = endpoint_->name,
                    .model = id,
                    .schemas = options.capabilities.schemas,
                    .context_tokens = options_.context_tokens};
    return std::make_shared<HttpModel>(endpoint_, std::move(id),
                                       std::make_unique<ChatProtocol>(endpoint_, std::move(dialect)), http_,
                                       std::move(options));
  }

 private:
  [[nodiscard]] HttpModelOptions::Key key() const {
    bool official = host_of(endpoint_->base_url) == host_of(kCloud.default_url);
    return official ? HttpModelOptions::Key::required : HttpModelOptions::Key::optional;
  }

  std::shared_ptr<const Endpoint> endpoint_;  // shared with the models, which may live longer
  net::HttpClient& http_;
  Options options_;
};

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Options options) {
  return std::make_shared<OllamaProvider>(std::move(endpoint), http, options);
}

}  // namespace executus::llm::ollama
