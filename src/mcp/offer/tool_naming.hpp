// The names under which a run knows the tools of a server: SERVER.TOOL, of characters that a pattern of permissions and
// a table of names for providers can hold. Pure.
#pragma once

#include <string>
#include <vector>

#include <executus/base/result.hpp>

namespace executus::mcp {

// One for each of `remote`, in that order. Characters outside [A-Za-z0-9_.-] become '_', long names are cut; where that
// makes two names equal, or nothing is left, a digest of the remote name follows. Error mcp.name_clash: two of `remote`
// are equal, so that a call could mean either.
[[nodiscard]] Result<std::vector<std::string>> tool_names(const std::string& server,
                                                          const std::vector<std::string>& remote);

}  // namespace executus::mcp
