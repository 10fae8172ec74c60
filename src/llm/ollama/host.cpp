#include "llm/ollama/host.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "llm/catalog/dsn.hpp"
#include "llm/ollama/preset.hpp"

namespace executus::llm::ollama {
namespace {

constexpr std::string_view kDefaultPort = ":11434";

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  while (!text.empty() && (text.front() == '"' || text.front() == '\'')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '"' || text.back() == '\'')) text.remove_suffix(1);
  return trim(text);
}

// The colons of a bare IPv6 address are no port.
bool is_bare_ipv6(std::string_view authority) {
  return !authority.starts_with('[') && authority.find(':') != authority.rfind(':');
}

bool has_port(std::string_view authority) {
  auto bracket = authority.rfind(']');
  return authority.find(':', bracket == std::string_view::npos ? 0 : bracket) != std::string_view::npos;
}

std::string with_scheme_and_port(std::string_view text) {
  auto slash = std::min(text.find('/'), text.size());
  std::string authority(text.substr(0, slash));
  if (is_bare_ipv6(authority)) authority = "[" + authority + "]";
  if (authority.starts_with(':')) authority = "127.0.0.1" + authority;
  if (!has_port(authority)) authority += kDefaultPort;
  return "http://" + authority + std::string(text.substr(slash));
}

// An address that a server listens on for all networks cannot be called; this machine's own can.
std::string callable(std::string url) {
  auto host = std::string(host_of(url));
  if (host == "0.0.0.0" || host == "[::]") url.replace(url.find(host), host.size(), "127.0.0.1");
  return url;
}

}  // namespace

Result<std::string> base_url_of_host(std::string_view value) {
  auto text = unquoted(value);
  if (text.empty()) return std::string(kLocal.default_url);
  auto url =
      parse_base_url(text.find("://") == std::string_view::npos ? with_scheme_and_port(text) : std::string(text));
  if (!url) return url.error();
  return callable(std::move(*url));
}

}  // namespace executus::llm::ollama
