// A provider whose models are HttpModels of one endpoint: what vendors differ in is the protocol and the options.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "llm/http/http_model.hpp"

namespace executus::llm {

using SharedEndpoint = std::shared_ptr<const Endpoint>;  // shared with the models, which may live longer

struct HttpModelParts {
  std::unique_ptr<const Protocol> protocol;
  HttpModelOptions options;
};

// What a model of the endpoint is made of. Any thread.
using PartsOfModel = std::function<HttpModelParts(const SharedEndpoint& endpoint, const std::string& id)>;

// `http` outlives the provider and its models.
[[nodiscard]] std::shared_ptr<Provider> make_http_provider(Endpoint endpoint, net::HttpClient& http,
                                                           PartsOfModel parts_of);

// A vendor's own service is not asked without a key; others may need none.
[[nodiscard]] inline HttpModelOptions::Key key_of(bool official) {
  return official ? HttpModelOptions::Key::required : HttpModelOptions::Key::optional;
}

}  // namespace executus::llm
