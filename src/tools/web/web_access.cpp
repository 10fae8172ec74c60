#include "tools/web/web_access.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/error.hpp>

#include "base/ascii.hpp"
#include "net/client/request_check.hpp"
#include "tools/shared/variables.hpp"

namespace executus::tools {
namespace {

std::string origin_or_throw(const std::string& text) {
  auto origin = configured_origin(text);
  if (origin.empty())
    throw failed("config.web",
                 "'" + text + "' is no origin; write scheme://host or scheme://host:port, without a path");
  return origin;
}

}  // namespace

std::string configured_origin(const std::string& origin) {
  auto host = origin.find("://");
  bool bare = host != std::string::npos && origin.find_first_of("/?#@", host + 3) == std::string::npos;
  return bare && !net::url_fault(origin) ? net::origin_of(origin) : "";
}

WebAccess::WebAccess(const WebOptions& options, const Environment& environment) : environment_(environment) {
  for (const auto& [origin, headers] : options.headers)
    headers_[origin_or_throw(origin)].insert(headers.begin(), headers.end());
  for (const auto& origin : options.private_origins) private_origins_.insert(origin_or_throw(origin));
}

const WebAccess::Headers* WebAccess::headers_for(const std::string& url) const {
  auto found = headers_.find(net::origin_of(url));
  return found == headers_.end() ? nullptr : &found->second;
}

net::HttpRequest WebAccess::request_to(std::string url) const {
  net::HttpRequest request;
  bool is_private = private_origins_.contains(net::origin_of(url));
  request.network = is_private ? net::Network::any : net::Network::public_only;
  if (const auto* own = headers_for(url))
    for (const auto& [name, value] : *own)
      request.headers.emplace_back(name, expand_variables(value, environment_).value());
  request.url = std::move(url);
  return request;
}

bool WebAccess::has_header(const std::string& url, std::string_view name) const {
  const auto* own = headers_for(url);
  return own && std::ranges::any_of(*own, [&](const auto& each) { return equals_ignoring_case(each.first, name); });
}

Secrets WebAccess::secrets() const {
  Secrets secrets;
  for (const auto& [origin, headers] : headers_) secrets.add_texts(headers, environment_);
  return secrets;
}

std::vector<std::string> WebAccess::missing() const {
  std::vector<std::string> missing;
  for (const auto& [origin, headers] : headers_) add_missing(missing, headers, environment_);
  return missing;
}

}  // namespace executus::tools
