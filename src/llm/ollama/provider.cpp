#include "llm/ollama/provider.hpp"

#include <utility>

#include <executus/llm/kit/http_provider.hpp>

#include "llm/catalog/dsn.hpp"
#include "llm/http/key_of.hpp"
#include "llm/ollama/answer_schema.hpp"
#include "llm/ollama/capabilities.hpp"
#include "llm/ollama/preset.hpp"
#include "llm/ollama/request.hpp"
#include "llm/ollama/stream.hpp"

namespace executus::llm::ollama {
namespace {

class ChatProtocol final : public Protocol {
 public:
  ChatProtocol(SharedEndpoint endpoint, Dialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] bool takes(const boost::json::object& schema) const override { return takes_schema(schema); }
  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const override {
    WireRequest wire{"/api/chat", {}, request_body(request, names, dialect_, form)};
    if (!endpoint_->token.empty()) wire.headers.emplace_back("Authorization", "Bearer " + endpoint_->token);
    return wire;
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<ChatReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  Dialect dialect_;
};

HttpModelParts parts_of(const SharedEndpoint& endpoint, const std::string& id, const Options& chosen) {
  HttpModelOptions options{.key = key_of(host_of(endpoint->base_url) == host_of(kCloud.default_url)),
                           .timeout = chosen.call_timeout,
                           .capabilities = capabilities_of(id, place_of(endpoint->base_url, id))};
  if (chosen.context_tokens > 0) options.capabilities.context_tokens = chosen.context_tokens;
  Dialect dialect{.provider = endpoint->name,
                  .model = id,
                  .schemas = options.capabilities.schemas,
                  .context_tokens = chosen.context_tokens};
  return {std::make_unique<ChatProtocol>(endpoint, std::move(dialect)), std::move(options)};
}

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Options options) {
  return make_http_provider(std::move(endpoint), http, [options](const SharedEndpoint& at, const std::string& id) {
    return parts_of(at, id, options);
  });
}

}  // namespace executus::llm::ollama
