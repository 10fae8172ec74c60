#include "mcp/offer/tool_naming.hpp"

#include <map>
#include <string_view>

#include <executus/base/digest.hpp>

#include "base/text.hpp"

namespace executus::mcp {
namespace {

constexpr std::size_t kLongest = 96;
constexpr std::size_t kKept = 87;  // of a longer one, with '_' and eight digits of its digest

bool fits(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

std::string told_apart(std::string fitted, std::string_view remote) {
  return fitted.substr(0, kKept) + "_" + sha256_hex(remote).substr(0, 8);
}

std::string fitted(std::string_view remote) {
  std::string name(remote);
  for (char& c : name)
    if (!fits(c)) c = '_';
  return name.empty() || name.size() > kLongest ? told_apart(name, remote) : name;
}

}  // namespace

Result<std::vector<std::string>> tool_names(const std::string& server, const std::vector<std::string>& remote) {
  std::map<std::string, int> same, given;
  for (const auto& name : remote) {
    if (++given[name] > 1)
      return failed("mcp.name_clash", "it has two tools '" + std::string(clip(name, 100)) +
                                          "'; leave one out at the server, or leave the server out");
    ++same[fitted(name)];
  }
  std::vector<std::string> names;
  for (const auto& name : remote) {
    auto own = fitted(name);
    names.push_back(server + "." + (same[own] > 1 && own != name ? told_apart(own, name) : own));
  }
  return names;
}

}  // namespace executus::mcp
