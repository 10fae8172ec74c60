#include "mcp/auth/scopes.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace executus::mcp {
namespace {

void add_each(std::vector<std::string_view>& to, std::string_view scopes) {
  for (auto scope : split(scopes, ' '))
    if (!scope.empty() && std::ranges::find(to, scope) == to.end()) to.push_back(scope);
}

std::string joined(const std::vector<std::string_view>& scopes) {
  std::string text;
  for (auto scope : scopes) (text += text.empty() ? "" : " ") += scope;
  return text;
}

std::string known_to(const ResourceMetadata& resource) {
  std::string all;
  for (const auto& scope : resource.scopes) all = united_scopes(all, scope);
  return all;
}

}  // namespace

std::string united_scopes(std::string_view first, std::string_view second) {
  std::vector<std::string_view> all;
  add_each(all, first);
  add_each(all, second);
  return joined(all);
}

std::string scopes_to_ask(const ScopesAsked& asked, const ResourceMetadata& resource, const IssuerMetadata& issuer) {
  auto scopes = asked.configured;
  if (scopes.empty()) scopes = asked.challenged.value_or(known_to(resource));
  scopes = united_scopes(asked.before, scopes);
  bool is_known = std::ranges::find(issuer.scopes, "offline_access") != issuer.scopes.end();
  return is_known ? united_scopes(scopes, "offline_access") : scopes;
}

}  // namespace executus::mcp
