// Who may use a tool: a part of its ToolInfo. permission.hpp holds definitions to it; a call is held to it where all
// tools are called (tool/invoke.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tool {

struct Access {
  enum class Authors { all, admins };
  Authors authors = Authors::all;  // whose definitions may name it
  enum class Sharing { safe, unsafe };
  Sharing sharing = Sharing::safe;         // unsafe: definitions that name it stay private
  std::vector<std::string> only_for = {};  // the agents and skills whose runs may call it; empty: all
  bool operator==(const Access&) const = default;
};

// Who sees a definition, besides its owner. Frozen names: private, shared, public.
enum class Visibility { owner, shared, everyone };

[[nodiscard]] std::string_view to_string(Visibility visibility);
[[nodiscard]] std::optional<Visibility> parse_visibility(std::string_view name);

}  // namespace executus::tool
