// Whose values and files a call means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/storage/reach.hpp>
#include <executus/tool/tool.hpp>

namespace executus::storage {

[[nodiscard]] Asker asker_of(const tool::Call& call);

// "agent", "run" or "caller"; nothing: `otherwise`. Throws Error storage.scope.
[[nodiscard]] Scope scope_of(const std::optional<std::string>& word, std::string_view otherwise,
                             const tool::Call& call);
// The same of files, "run" otherwise; or of a `run`, which the asker need not be. Throws Error storage.scope.
[[nodiscard]] Scope scope_of_files(const std::optional<std::string>& word, const std::optional<std::string>& run,
                                   const tool::Call& call);

}  // namespace executus::storage
