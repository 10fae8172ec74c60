#include "llm/openai/provider.hpp"

#include <utility>

#include <executus/llm/kit/http_provider.hpp>

#include "llm/http/key_of.hpp"
#include "llm/openai/capabilities.hpp"
#include "llm/openai/chat/request.hpp"
#include "llm/openai/chat/stream.hpp"
#include "llm/openai/images.hpp"
#include "llm/openai/responses/request.hpp"
#include "llm/openai/responses/stream.hpp"
#include "llm/openai/shared/parts.hpp"
#include "llm/openai/shared/strict_schema.hpp"

namespace executus::llm::openai {
namespace {

WireRequest wire_request(const Endpoint& endpoint, std::string path, std::string body) {
  WireRequest wire{std::move(path), {}, std::move(body)};
  if (!endpoint.token.empty()) wire.headers.emplace_back("Authorization", "Bearer " + endpoint.token);
  return wire;
}

class ChatProtocol final : public Protocol {
 public:
  ChatProtocol(SharedEndpoint endpoint, Dialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] bool takes(const boost::json::object& schema) const override {
    return strict_schema(schema).has_value();
  }
  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const override {
    return wire_request(*endpoint_, "/chat/completions", request_body(request, names, dialect_, form));
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<ChatReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  Dialect dialect_;
};

class ResponsesProtocol final : public Protocol {
 public:
  ResponsesProtocol(SharedEndpoint endpoint, ResponsesDialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] bool takes(const boost::json::object& schema) const override {
    return strict_schema(schema).has_value();
  }
  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const override {
    return wire_request(*endpoint_, "/responses", responses_body(request, names, dialect_, form));
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<ResponsesReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  ResponsesDialect dialect_;
};

std::unique_ptr<const Protocol> chat_protocol(const SharedEndpoint& endpoint, const std::string& model) {
  Dialect dialect{.provider = endpoint->name, .model = model};
  dialect.output_limit_key = output_limit_key(endpoint->base_url);
  if (!takes_reasoning_back(endpoint->base_url, model)) dialect.reasoning = Dialect::Reasoning::left_out;
  if (is_official(endpoint->base_url)) {
    dialect.longest_call_id = kLongestChatCallId;
    if (has_cache_options(model)) dialect.cache_options = Dialect::CacheOptions::understood;
  }
  return std::make_unique<ChatProtocol>(endpoint, std::move(dialect));
}

std::unique_ptr<const Protocol> responses_protocol(const SharedEndpoint& endpoint, const std::string& model) {
  ResponsesDialect dialect{.provider = endpoint->name, .model = model};
  if (!is_reasoning_model(model)) dialect.reasoning = ResponsesDialect::Reasoning::none;
  if (is_official(endpoint->base_url) && has_cache_options(model))
    dialect.cache_options = ResponsesDialect::CacheOptions::understood;
  return std::make_unique<ResponsesProtocol>(endpoint, std::move(dialect));
}

using MakeProtocol = std::unique_ptr<const Protocol> (*)(const SharedEndpoint& endpoint, const std::string& model);

class OpenAiProvider final : public Provider {
 public:
  OpenAiProvider(Endpoint endpoint, net::HttpClient& http, std::optional<Milliseconds> call_timeout,
                 MakeProtocol make_protocol)
      : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))),
        http_(http),
        call_timeout_(call_timeout),
        make_protocol_(make_protocol) {}

  [[nodiscard]] const std::string& name() const override { return endpoint_->name; }

  std::shared_ptr<Model> model(std::string id) override {
    bool official = is_official(endpoint_->base_url);
    HttpModelOptions options{.key = key_of(official),
                             .timeout = call_timeout_,
                             .capabilities = official ? capabilities_of(id) : compatible_capabilities()};
    auto protocol = make_protocol_(endpoint_, id);
    return std::make_shared<HttpModel>(endpoint_, std::move(id), std::move(protocol), http_, std::move(options));
  }

  std::shared_ptr<ImageModel> image_model(std::string id) override {
    return make_image_model(*endpoint_, std::move(id), http_, call_timeout_);
  }

 private:
  SharedEndpoint endpoint_;
  net::HttpClient& http_;
  std::optional<Milliseconds> call_timeout_;
  MakeProtocol make_protocol_;
};

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http,
                                        std::optional<Milliseconds> call_timeout) {
  return std::make_shared<OpenAiProvider>(std::move(endpoint), http, call_timeout, chat_protocol);
}

std::shared_ptr<Provider> make_responses_provider(Endpoint endpoint, net::HttpClient& http,
                                                  std::optional<Milliseconds> call_timeout) {
  return std::make_shared<OpenAiProvider>(std::move(endpoint), http, call_timeout, responses_protocol);
}

}  // namespace executus::llm::openai
