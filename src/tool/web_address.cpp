#include "tool/web_address.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.hpp"

namespace executus::tool {
namespace {

constexpr std::string_view kAfterScheme = "://";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

// 0 to `most`, in digits alone.
std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool is_all = !text.empty() && std::ranges::all_of(text, is_digit) && problem == std::errc();
  return is_all && value <= most ? std::optional(value) : std::nullopt;
}

bool is_address(const std::vector<std::string_view>& labels) {
  return labels.size() == 4 && std::ranges::all_of(labels, [](auto each) {
           return number(each, 255) && (each.size() == 1 || !each.starts_with('0'));
         });
}

// A last label that begins with a digit makes it an address, in one of several spellings.
bool is_plain_host(std::string_view host) {
  auto labels = split(host, '.');
  auto is_label = [](std::string_view label) {
    auto fits = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; };
    return !label.empty() && std::ranges::all_of(label, fits);
  };
  if (!std::ranges::all_of(labels, is_label)) return false;
  return !is_digit(labels.back().front()) || is_address(labels);
}

bool is_plain_user(std::string_view user) {
  return std::ranges::all_of(user, [](char c) {
    return is_letter_or_digit(c) || std::string_view("-._~:%").find(c) != std::string_view::npos;
  });
}

std::string_view without_dot(std::string_view host) {
  return host.substr(0, host.size() - (host.ends_with('.') ? 1 : 0));
}

// "user@host:port"
bool read_authority(std::string_view text, WebAddress& address) {
  if (auto at = text.find('@'); at != std::string_view::npos) {
    if (!is_plain_user(text.substr(0, at))) return false;
    text.remove_prefix(at + 1);
  }
  auto colon = std::min(text.find(':'), text.size());
  auto host = without_dot(text.substr(0, colon));
  auto port = text.substr(std::min(colon + 1, text.size()));
  auto said = port.empty() ? default_port(address.scheme) : number(port, 65535);
  if (!said || !is_plain_host(host)) return false;
  address.host = in_lower_case(host);
  address.port = static_cast<std::uint16_t>(*said);
  return true;
}

// Of "%2e" and its like there is more than one spelling.
bool is_needed_escape(std::string_view escape) {
  int value = 0;
  auto [end, problem] = std::from_chars(escape.data(), escape.data() + escape.size(), value, 16);
  if (escape.size() != 2 || problem != std::errc() || end != escape.data() + 2 || value < ' ' || value == 0x7f)
    return false;
  return value > 0x7f || !(is_letter_or_digit(static_cast<char>(value)) ||
                           std::string_view("-._~/\\%").find(static_cast<char>(value)) != std::string_view::npos);
}

// Whether every server takes it for the same.
bool is_plain_path(std::string_view path) {
  path = path.substr(1, path.find('?') - 1);
  for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1))
    if (!is_needed_escape(path.substr(at + 1, 2))) return false;
  auto segments = split(path, '/');
  if (segments.back().empty()) segments.pop_back();
  return std::ranges::none_of(segments, [](auto each) { return each.empty() || each == "." || each == ".."; });
}

struct AddressPattern {
  std::string scheme, host, port;  // globs; an empty port: that of the scheme
  std::string_view path;
};

std::optional<AddressPattern> read_pattern_of_address(std::string_view text) {
  auto at = text.find(kAfterScheme);
  if (at == std::string_view::npos) return std::nullopt;
  auto rest = text.substr(at + kAfterScheme.size());
  auto slash = std::min(rest.find('/'), rest.size());
  auto authority = rest.substr(0, slash);
  bool open = authority.ends_with('*');
  authority.remove_prefix(authority.rfind('@') + 1);
  auto colon = std::min(authority.rfind(':'), authority.size());
  auto port = colon < authority.size() ? authority.substr(colon + 1) : open ? "*" : "";
  auto path = slash < rest.size() ? rest.substr(slash) : open ? "*" : "/";
  return AddressPattern{in_lower_case(text.substr(0, at)), in_lower_case(without_dot(authority.substr(0, colon))),
                        std::string(port), path};
}

bool origin_fits(const AddressPattern& pattern, const WebAddress& address) {
  bool port_fits = pattern.port.empty() ? address.port == default_port(address.scheme)
                                        : matches_glob(pattern.port, std::to_string(address.port));
  return port_fits && matches_glob(pattern.scheme, address.scheme) && matches_glob(pattern.host, address.host);
}

}  // namespace

std::optional<WebAddress> read_web_address(std::string_view text) {
  auto is_odd = [](char c) { return c <= ' ' || c > '~' || c == '\\'; };
  auto at = text.find(kAfterScheme);
  if (at == std::string_view::npos || std::ranges::any_of(text, is_odd)) return std::nullopt;
  WebAddress address;
  address.scheme = in_lower_case(text.substr(0, at));
  if (address.scheme != "http" && address.scheme != "https") return std::nullopt;
  text.remove_prefix(at + kAfterScheme.size());
  text = text.substr(0, text.find('#'));
  auto end = std::min(text.find_first_of("/?"), text.size());
  if (!read_authority(text.substr(0, end), address)) return std::nullopt;
  address.path = text.substr(end);
  if (!address.path.starts_with('/')) address.path.insert(0, 1, '/');
  return address;
}

std::string plain_text(const WebAddress& address) {
  auto port = address.port == default_port(address.scheme) ? "" : ":" + std::to_string(address.port);
  return address.scheme + std::string(kAfterScheme) + address.host + port + address.path;
}

std::optional<bool> address_fits(std::string_view pattern, const WebAddress& address) {
  auto parts = read_pattern_of_address(pattern);
  if (!parts || !origin_fits(*parts, address)) return false;
  if (parts->path == "*" || parts->path == "/*") return true;
  if (!is_plain_path(address.path)) return std::nullopt;
  return matches_glob(parts->path, address.path);
}

}  // namespace executus::tool
