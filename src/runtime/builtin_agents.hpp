// The agents that come with executus, as agent files. They are found where no file has that name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus {

// Its YAML; nothing: there is none of that name.
[[nodiscard]] std::optional<std::string_view> builtin_agent(std::string_view name);
[[nodiscard]] std::vector<std::string> builtin_agent_names();  // sorted

}  // namespace executus
