#include "llm/catalog/provider_table.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "llm/catalog/dsn.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kDsnPrefix = "LLM_";

std::string dsn_variable(std::string_view provider) {
  std::string variable(kDsnPrefix);
  for (char c : provider) variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

Error named(const std::string& variable, const Error& error) {
  return {error.kind(), error.code(), "the variable " + variable + " is malformed: " + error.message()};
}

Error no_client(const std::string& scheme, const std::string& variable) {
  return {ErrorKind::unimplemented, "model.vendor",
          "this version has no client for '" + scheme + "' providers yet" +
              (variable.empty() ? "" : " (" + variable + ")") +
              "; a server with an OpenAI-compatible API works as LLM_<NAME>=openai://host/v1"};
}

// People copy the address of what they would call; what is asked there is put behind the base of it.
std::string without_method(std::string url) {
  for (std::string_view method : {"/chat/completions", "/responses", "/messages"})
    if (url.ends_with(method) && url.size() > method.size()) {
      url.resize(url.size() - method.size());
      break;
    }
  return url;
}

// A line end inside a key would end the header it is sent in.
bool is_key(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

// The quotes of an env file that no shell has read are not part of the value.
std::string setting(const Environment& environment, const std::string& variable) {
  if (variable.empty()) return {};
  auto given = environment.get(variable);
  if (!given) return {};
  auto value = trim(*given);
  bool quoted = value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
  return std::string(quoted ? trim(value.substr(1, value.size() - 2)) : value);
}

ProviderTable::ProviderTable(const Environment& environment, net::HttpClient* http, Vendors vendors)
    : environment_(environment), http_(http), vendors_(std::move(vendors)) {
  for (const auto& vendor : vendors_) entries_.emplace(vendor.scheme, own_entry(vendor));
  for (const auto& variable : environment_.names_with_prefix(kDsnPrefix))
    if (variable.size() > kDsnPrefix.size() && !setting(environment_, variable).empty()) {
      auto entry = dsn_entry(variable);
      entries_.insert_or_assign(entry.info.name, std::move(entry));
    }
}

ProviderTable::Entry ProviderTable::own_entry(const Vendor& vendor) const {
  Entry entry;
  entry.vendor = &vendor;
  entry.info.name = entry.info.scheme = entry.endpoint.name = vendor.scheme;
  entry.endpoint.variable = vendor.key_variable;
  entry.endpoint.base_url = vendor.default_url;
  entry.endpoint.token = setting(environment_, vendor.key_variable);
  auto url = setting(environment_, vendor.url_variable);
  entry.info.source = !entry.endpoint.token.empty() ? vendor.key_variable : !url.empty() ? vendor.url_variable : "";
  if (!vendor.make)
    entry.problem = no_client(vendor.scheme, entry.info.source);
  else if (!is_key(entry.endpoint.token))
    entry.problem = failed("model.credentials", "the variable " + vendor.key_variable +
                                                    " holds characters no key has; set it to the key alone");
  else if (!url.empty()) {
    if (auto base = vendor.read_url ? vendor.read_url(url) : parse_base_url(url))
      entry.endpoint.base_url = without_method(*base);
    else
      entry.problem = named(vendor.url_variable, base.error());
  }
  fill_in_info(entry);
  return entry;
}

ProviderTable::Entry ProviderTable::dsn_entry(const std::string& variable) const {
  Entry entry;
  entry.info.name = entry.endpoint.name = lowered(std::string_view(variable).substr(kDsnPrefix.size()));
  entry.info.source = entry.endpoint.variable = variable;
  auto dsn = parse_dsn(setting(environment_, variable));
  if (!dsn) {
    entry.problem = named(variable, dsn.error());
    fill_in_info(entry);
    return entry;
  }
  auto vendor = std::find_if(vendors_.begin(), vendors_.end(), [&](const Vendor& each) {
    return each.scheme == dsn->scheme && (!each.default_url.empty() || !each.make);
  });
  if (vendor == vendors_.end()) {
    entry.problem =
        failed("model.dsn", "the variable " + variable + " has an unknown scheme; use one of " + known_schemes());
  } else {
    entry.vendor = &*vendor;
    entry.info.scheme = vendor->scheme;
    entry.endpoint.base_url = without_method(std::move(dsn->base_url));
    entry.endpoint.token = std::move(dsn->token);
    if (!vendor->make) entry.problem = no_client(vendor->scheme, variable);
  }
  fill_in_info(entry);
  return entry;
}

std::string ProviderTable::known_schemes() const {
  std::string schemes;
  for (const auto& vendor : vendors_)
    if (!vendor.default_url.empty()) schemes += (schemes.empty() ? "" : ", ") + vendor.scheme;
  return schemes + " (with +http for plain HTTP)";
}

// What people are shown of it.
void ProviderTable::fill_in_info(Entry& entry) {
  entry.info.base_url = entry.endpoint.base_url;
  bool own_service = entry.vendor && !entry.vendor->default_url.empty() && !entry.vendor->key_variable.empty() &&
                     is_served_by(entry.endpoint.base_url, entry.vendor->default_url);
  entry.info.credentials = !entry.endpoint.token.empty() ? Credentials::present
                           : own_service                 ? Credentials::absent
                                                         : Credentials::not_needed;
  if (entry.problem) entry.info.problem = entry.problem->message();
}

void ProviderTable::add(std::shared_ptr<Provider> provider) {
  Entry entry;
  entry.info.name = provider->name();
  entry.provider = std::move(provider);
  entries_.insert_or_assign(entry.info.name, std::move(entry));
}

Result<std::shared_ptr<Provider>> ProviderTable::find(const std::string& name) {
  if (auto found = entries_.find(name); found != entries_.end()) return use(found->second);
  auto variable = dsn_variable(name);
  if (setting(environment_, variable).empty()) return unknown(name);
  return use(entries_.insert_or_assign(name, dsn_entry(variable)).first->second);
}

std::optional<std::string> ProviderTable::missing_key(const std::string& name) const {
  auto found = entries_.find(name);
  if (found == entries_.end() || found->second.info.credentials != Credentials::absent) return std::nullopt;
  return found->second.endpoint.variable;
}

Result<std::shared_ptr<Provider>> ProviderTable::use(Entry& entry) const {
  if (entry.problem) return *entry.problem;
  if (!entry.provider) {
    if (!http_ && !entry.vendor->default_url.empty())
      return failed("model.no_http",
                    "the provider '" + entry.info.name +
                        "' needs an HTTP client: give one to make_model_resolver (ResolverOptions::http)");
    entry.provider = entry.vendor->make(entry.endpoint, http_);
  }
  return entry.provider;
}

Error ProviderTable::unknown(const std::string& name) const {
  std::string known;
  std::vector<std::string> names;
  for (const auto& [each, entry] : entries_) {
    if (entry.problem) continue;
    names.push_back(each);
    known += (known.empty() ? "" : ", ") + each;
  }
  return failed("model.unknown_provider", "there is no provider '" + name + "' (known: " + known + ")" +
                                              did_you_mean(name, names) + "; set " + dsn_variable(name) +
                                              "=openai://[token@]host/v1 to add it");
}

std::vector<ProviderInfo> ProviderTable::list() const {
  std::vector<ProviderInfo> infos;
  for (const auto& [name, entry] : entries_)
    if (is_found(entry)) infos.push_back(entry.info);
  return infos;
}

std::vector<ListingServer> ProviderTable::listing_servers() const {
  std::vector<ListingServer> servers;
  for (const auto& [name, entry] : entries_)
    if (is_found(entry) && !entry.problem && entry.vendor && entry.vendor->list)
      servers.push_back({*entry.vendor->list, entry.endpoint});
  return servers;
}

bool ProviderTable::is_found(const Entry& entry) {
  bool built_in = !entry.vendor || entry.vendor->default_url.empty();
  return !entry.info.source.empty() || (built_in && !entry.problem);
}

bool ProviderTable::offers(const Vendor& vendor) const {
  auto entry = entries_.find(vendor.scheme);
  return entry != entries_.end() && !entry->second.problem &&
         (entry->second.provider || !entry->second.info.source.empty());
}

}  // namespace executus::llm
