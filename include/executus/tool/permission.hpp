// Whether a definition may name the tools it names, and an agent call one. Tools are given as names and globs, as
// definitions have them; those that the registry does not know are of no concern here. Each answers with the error when
// it is refused. Threads: any; the registry is not filled meanwhile.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/error.hpp>
#include <executus/tool/access.hpp>
#include <executus/tool/registry.hpp>

namespace executus::tool {

enum class Author { user, admin };

// When a definition is saved (tool.reserved): those that are reserved to admins need one.
[[nodiscard]] std::optional<Error> refusal_to_save(const Registry& registry, const std::vector<std::string>& tools,
                                                   Author author);

// When it becomes visible to others (tool.unshareable).
[[nodiscard]] std::optional<Error> refusal_to_share(const Registry& registry, const std::vector<std::string>& tools,
                                                    Visibility visibility);

// When a run of `agent` calls it (tool.restricted).
[[nodiscard]] std::optional<Error> refusal_to_call(const ToolInfo& tool, std::string_view agent);

}  // namespace executus::tool
