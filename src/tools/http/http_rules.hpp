// What the declaration of an HTTP tool may say, beyond its types: checked where agent files are read, so that it is
// reported with its place, and again where a tool is made.
//
// Each check returns what is wrong, in a sentence for the author of the file; nothing when all is well.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace executus::tools {

// In a probe's URL, where the call's key is put.
inline constexpr std::string_view kKeyPlaceholder = "{idempotency_key}";

// A probe that does not say which call it asks after would be answered "did not happen" for ever, and the call
// repeated for ever.
[[nodiscard]] std::optional<std::string> probe_url_problem(std::string_view url);

// Of a tool's own URL, which has no placeholders.
[[nodiscard]] std::optional<std::string> url_problem(std::string_view url);

// Refuses headers that the tool sends itself or that frame the message, and text that is no header. `value` may hold
// ${VAR}.
[[nodiscard]] std::optional<std::string> header_problem(std::string_view name, std::string_view value,
                                                        std::string_view method);

// Whether a URL can carry that text: no line breaks, control characters or blanks.
[[nodiscard]] bool is_url_text(std::string_view url);

}  // namespace executus::tools
