#include "cli/input/planned.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace executus::cli {
namespace {

constexpr std::array<std::string_view, 3> kCommands{"review", "db", "torture"};
constexpr std::array<std::string_view, 6> kSubcommands{"runs export", "runs replay", "mcp list",
                                                       "mcp tools",   "mcp call",    "mcp serve"};

template <class List>
bool lists(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::optional<std::string> planned_command(const std::vector<std::string>& words) {
  auto refusal = [](const std::string& what) {
    return "`executus " + what + "` is not in this version; `executus --help` lists what is";
  };
  if (words.empty()) return std::nullopt;
  if (lists(kCommands, words[0])) return refusal(words[0]);
  if (words.size() < 2) return std::nullopt;
  std::string two = words[0] + " " + words[1];
  return lists(kSubcommands, two) ? std::optional<std::string>(refusal(two)) : std::nullopt;
}

}  // namespace executus::cli
