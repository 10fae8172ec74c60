// A vendor: a protocol that providers speak, how to make such a provider, and the variables that usually configure the
// vendor's own service. The core knows vendors only as rows of this table; llm/vendors wires the shipped ones.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/llm/kit/endpoint.hpp>
#include <executus/llm/model.hpp>
#include <executus/llm/providers.hpp>

#include "llm/endpoint/list_dialect.hpp"

namespace executus::llm {

struct Vendor {
  std::string scheme;  // of DSNs, and the name of the provider that the vendor's own variables configure
  std::string key_variable = {};
  std::string url_variable = {};
  std::string default_url = {};                   // empty: it needs no endpoint (scripted)
  std::map<std::string, std::string> tiers = {};  // default models: tier -> id and parameters
  // How the value of url_variable is read; null: as an http or https URL.
  std::function<Result<std::string>(std::string_view value)> read_url = {};
  std::optional<ListDialect> list = {};  // how its servers tell which models they have; nothing: they do not
  // Null: this version has no client for it. `http` may be null only where default_url is empty.
  std::function<std::shared_ptr<Provider>(Endpoint endpoint, net::HttpClient* http)> make = {};
};
using Vendors = std::vector<Vendor>;

[[nodiscard]] std::unique_ptr<ModelCatalog> make_catalog(ResolverOptions options, Vendors vendors);

}  // namespace executus::llm
