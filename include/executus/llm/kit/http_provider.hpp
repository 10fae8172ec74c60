// A provider whose models are HttpModels of one endpoint: what vendors differ in is the protocol and the options.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <executus/llm/kit/http_model.hpp>

namespace executus::llm {

struct HttpModelParts {
  std::unique_ptr<const Protocol> protocol;
  HttpModelOptions options;
};

// What a model of the endpoint is made of. Any thread.
using PartsOfModel = std::function<HttpModelParts(const SharedEndpoint& endpoint, const std::string& id)>;

// `http` outlives the provider and its models.
[[nodiscard]] std::shared_ptr<Provider> make_http_provider(Endpoint endpoint, net::HttpClient& http,
                                                           PartsOfModel parts_of);

}  // namespace executus::llm
