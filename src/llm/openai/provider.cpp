#include "llm/openai/provider.hpp"

#include <utility>

#include "llm/dsn.hpp"
#include "llm/openai/chat_model.hpp"

namespace executus::llm::openai {
namespace {

class OpenAiProvider final : public Provider {
 public:
  OpenAiProvider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout)
      : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))), http_(http), call_timeout_(call_timeout) {}

  [[nodiscard]] const std::string& name() const override { return endpoint_->name; }

  std::shared_ptr<Model> model(std::string id) override {
    Dialect dialect{.provider = endpoint_->name, .model = std::move(id)};
    bool official = host_of(endpoint_->base_url) == host_of(kOfficialUrl);
    if (official) dialect.output_limit_key = "max_completion_tokens";
    return std::make_shared<ChatModel>(endpoint_, http_, std::move(dialect),
                                       official ? ChatModel::Key::required : ChatModel::Key::optional, call_timeout_);
  }

 private:
  std::shared_ptr<const Endpoint> endpoint_;  // shared with the models, which may live longer
  net::HttpClient& http_;
  Milliseconds call_timeout_;
};

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout) {
  return std::make_shared<OpenAiProvider>(std::move(endpoint), http, call_timeout);
}

}  // namespace executus::llm::openai
