#include "mcp/auth/metadata_urls.hpp"

#include <optional>

#include <boost/url/parse.hpp>

#include "base/ascii.hpp"
#include "net/client/private_address.hpp"

namespace executus::mcp {
namespace {

struct Place {
  std::string origin, host, scheme, path;
};

std::optional<Place> place_of(std::string_view url) {
  auto parsed = boost::urls::parse_uri({url.data(), url.size()});
  if (!parsed ||
      (parsed->scheme_id() != boost::urls::scheme::http && parsed->scheme_id() != boost::urls::scheme::https))
    return std::nullopt;
  Place place;
  place.scheme = lowered(std::string_view(parsed->scheme().data(), parsed->scheme().size()));
  place.host = lowered(std::string(parsed->encoded_host()));
  std::string port(parsed->port());
  bool usual = port.empty() || port == (place.scheme == "https" ? "443" : "80");
  place.origin = place.scheme + "://" + place.host + (usual ? "" : ":" + port);
  place.path = std::string(parsed->encoded_path());
  // Boost 1.81 takes the host of 127.0.0.1.evil.example for 127.0.0.1, and the rest for the path.
  if (!place.path.empty() && place.path.front() != '/') return std::nullopt;
  while (place.path.ends_with('/')) place.path.pop_back();
  if (place.host.empty()) return std::nullopt;
  return place;
}

bool is_ipv4(std::string_view host) { return host.find_first_not_of("0123456789.") == std::string_view::npos; }

}  // namespace

std::vector<std::string> resource_metadata_urls(std::string_view url) {
  auto place = place_of(url);
  if (!place) return {};
  std::string root = place->origin + "/.well-known/oauth-protected-resource";
  if (place->path.empty()) return {root};
  return {root + place->path, root};
}

std::vector<std::string> issuer_metadata_urls(std::string_view issuer) {
  auto place = place_of(issuer);
  if (!place) return {};
  const std::string oauth = "/.well-known/oauth-authorization-server", openid = "/.well-known/openid-configuration";
  if (place->path.empty()) return {place->origin + oauth, place->origin + openid};
  return {place->origin + oauth + place->path, place->origin + openid + place->path,
          place->origin + place->path + openid};
}

bool is_safe_url(std::string_view url) {
  auto place = place_of(url);
  if (!place) return false;
  return place->scheme == "https" || place->host == "localhost" || place->host == "[::1]" ||
         (place->host.starts_with("127.") && is_ipv4(place->host));
}

bool lies_in_private_network(std::string_view url) {
  auto place = place_of(url);
  if (!place) return false;
  std::string_view host = place->host;
  if (host.starts_with('[')) return net::is_private_address(std::string(host.substr(1, host.size() - 2)));
  if (is_ipv4(host)) return net::is_private_address(std::string(host));
  return host.find('.') == std::string_view::npos || host.ends_with(".internal") || host.ends_with(".local") ||
         host.ends_with(".localhost");
}

std::string origin_of(std::string_view url) {
  auto place = place_of(url);
  return place ? place->origin : std::string();
}

}  // namespace executus::mcp
