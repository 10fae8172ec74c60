// The providers that exist: the host's, those of LLM_<NAME>, and the vendors' own services as their usual variables
// configure them. A name belongs to the first of these.
//
// Threads: one at a time (the catalog holds a lock).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>

#include "llm/catalog/context_limits.hpp"
#include "llm/endpoint/vendor.hpp"

namespace executus::llm {

class ProviderTable final {
 public:
  ProviderTable(const Environment& environment, net::HttpClient* http, Vendors vendors);
  ProviderTable(const ProviderTable&) = delete;
  ProviderTable& operator=(const ProviderTable&) = delete;

  void add(std::shared_ptr<Provider> provider);

  // Looks LLM_<NAME> up once more when the name is unknown. What is wrong with an entry shows here, not before.
  [[nodiscard]] Result<std::shared_ptr<Provider>> find(const std::string& name);

  // The variable that would have the key a known provider is not asked without; nothing when it lacks none.
  [[nodiscard]] std::optional<std::string> missing_key(const std::string& name) const;

  [[nodiscard]] std::vector<ProviderInfo> list() const;

  // Of list(), those that can be asked which models they have.
  [[nodiscard]] std::vector<ListingServer> listing_servers() const;
  [[nodiscard]] const Vendors& vendors() const noexcept { return vendors_; }

  // Whether the vendor's own provider is configured and can be used.
  [[nodiscard]] bool offers(const Vendor& vendor) const;

 private:
  struct Entry {
    ProviderInfo info;
    Endpoint endpoint;
    const Vendor* vendor = nullptr;  // null: the host's
    std::optional<Error> problem;
    std::shared_ptr<Provider> provider;  // once used
  };
  [[nodiscard]] Entry own_entry(const Vendor& vendor) const;
  [[nodiscard]] Entry dsn_entry(const std::string& variable) const;
  [[nodiscard]] Result<std::shared_ptr<Provider>> use(Entry& entry) const;
  [[nodiscard]] static bool is_found(const Entry& entry);
  [[nodiscard]] std::string known_schemes() const;
  [[nodiscard]] Error unknown(const std::string& name) const;
  static void fill_in_info(Entry& entry);

  const Environment& environment_;
  net::HttpClient* http_;
  Vendors vendors_;
  std::map<std::string, Entry> entries_;
};

// The value of a variable without white space around it; "" when it is unset.
[[nodiscard]] std::string setting(const Environment& environment, const std::string& variable);

}  // namespace executus::llm
