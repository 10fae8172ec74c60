#include <utility>

#include <executus/llm/kit/http_provider.hpp>

namespace executus::llm {
namespace {

class HttpProvider final : public Provider {
 public:
  HttpProvider(Endpoint endpoint, net::HttpClient& http, PartsOfModel parts_of)
      : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))), http_(http), parts_of_(std::move(parts_of)) {}

  [[nodiscard]] const std::string& name() const override { return endpoint_->name; }

  std::shared_ptr<Model> model(std::string id) override {
    auto parts = parts_of_(endpoint_, id);
    return std::make_shared<HttpModel>(endpoint_, std::move(id), std::move(parts.protocol), http_,
                                       std::move(parts.options));
  }

 private:
  SharedEndpoint endpoint_;
  net::HttpClient& http_;
  PartsOfModel parts_of_;
};

}  // namespace

std::shared_ptr<Provider> make_http_provider(Endpoint endpoint, net::HttpClient& http, PartsOfModel parts_of) {
  return std::make_shared<HttpProvider>(std::move(endpoint), http, std::move(parts_of));
}

}  // namespace executus::llm
