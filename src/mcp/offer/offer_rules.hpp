// What a declaration says of the tools of its server. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/tool/tool.hpp>

#include "mcp/wire/tool_list.hpp"

namespace executus::mcp {

struct OfferRules {
  std::string server;                       // the declaration's name: it begins the name of each tool
  std::vector<std::string> wanted = {"*"};  // names at the server, or globs
  tool::Effect effect = tool::Effect::irreversible;
  std::vector<std::pair<std::string, tool::Effect>> effects = {};  // by name or glob, in their order
  std::vector<std::string> parallel = {};                          // names or globs
  bool trusts_annotations = false;
  bool over_http = false;  // a modern server may want arguments in headers
};

[[nodiscard]] bool is_wanted(const OfferRules& rules, std::string_view remote);

// By its name, else by the first glob that fits, else by what the server says when it is trusted, else the default.
[[nodiscard]] tool::Effect effect_of(const OfferRules& rules, const ListedTool& tool);
[[nodiscard]] tool::Order order_of(const OfferRules& rules, std::string_view remote, tool::Effect effect);

}  // namespace executus::mcp
