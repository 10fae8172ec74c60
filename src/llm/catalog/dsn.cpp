#include "llm/catalog/dsn.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::llm {
namespace {

Error no_dsn(std::string why) {
  return failed("model.dsn", why +
                                 "; it should read scheme://[token@]host[:port][/path], for example "
                                 "openai+http://127.0.0.1:8080/v1");
}

Error no_base_url(std::string why) {
  return failed("model.base_url", why +
                                      "; it should read http[s]://host[:port][/path], for example "
                                      "http://127.0.0.1:8080/v1");
}

bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    auto address = host.substr(1, host.size() - 2);
    return address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_ascii_alphanumeric(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

// host[:port]; the colons of an IPv6 address stand in brackets.
std::optional<std::string> wrong_authority(std::string_view authority) {
  auto bracket = authority.rfind(']');
  auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (!is_host(authority.substr(0, colon))) return "its host is missing or malformed";
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1)))
    return "its port is no number up to 65535";
  return std::nullopt;
}

std::optional<std::string> wrong_path(std::string_view path) {
  for (char c : path)
    if (c <= ' ' || c == '?' || c == '#' || c == 0x7f || c == '@')
      return "its path holds a character that does not belong there";
  return std::nullopt;
}

std::string_view without_slashes(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    auto digits = text.substr(i + 1, 2);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

// A token goes into a header: control characters would end it.
bool is_header_text(std::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

struct Split {
  std::string_view scheme, authority, path;
};

std::optional<Split> split_url(std::string_view text) {
  auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  auto rest = text.substr(colon + 3);
  auto slash = std::min(rest.find('/'), rest.size());
  return Split{text.substr(0, colon), rest.substr(0, slash), without_slashes(rest.substr(slash))};
}

}  // namespace

Result<Dsn> parse_dsn(std::string_view text) {
  auto url = split_url(trim(text));
  if (!url) return no_dsn("it has no scheme");
  Dsn dsn;
  bool plain = url->scheme.ends_with("+http");
  dsn.scheme = plain ? url->scheme.substr(0, url->scheme.size() - 5) : url->scheme;
  if (dsn.scheme.empty()) return no_dsn("it has no scheme");
  if (auto at = url->authority.rfind('@'); at != std::string_view::npos) {
    auto token = percent_decoded(url->authority.substr(0, at));
    if (!token || !is_header_text(*token)) return no_dsn("its token is malformed (write a '%' as %25, a '/' as %2F)");
    dsn.token = std::move(*token);
    url->authority.remove_prefix(at + 1);
  }
  if (auto wrong = wrong_authority(url->authority)) return no_dsn(*wrong);
  if (auto wrong = wrong_path(url->path)) return no_dsn(*wrong);
  dsn.base_url = (plain ? "http://" : "https://") + std::string(url->authority) + std::string(url->path);
  return dsn;
}

Result<std::string> parse_base_url(std::string_view text) {
  auto url = split_url(trim(text));
  if (!url || (url->scheme != "http" && url->scheme != "https")) return no_base_url("it is no http or https URL");
  if (url->authority.find('@') != std::string_view::npos)
    return no_base_url("it holds credentials, which belong into the variable for the key");
  if (auto wrong = wrong_authority(url->authority)) return no_base_url(*wrong);
  if (auto wrong = wrong_path(url->path)) return no_base_url(*wrong);
  return std::string(url->scheme) + "://" + std::string(url->authority) + std::string(url->path);
}

std::string_view host_of(std::string_view base_url) {
  auto url = split_url(base_url);
  if (!url) return {};
  auto bracket = url->authority.rfind(']');
  return url->authority.substr(0, url->authority.find(':', bracket == std::string_view::npos ? 0 : bracket));
}

bool is_served_by(std::string_view base_url, std::string_view service) {
  auto host = host_of(base_url), known = host_of(service);
  if (known.empty() || !host.ends_with(known)) return false;
  return host.size() == known.size() || host[host.size() - known.size() - 1] == '.';
}

}  // namespace executus::llm
