// Reads whole files as text.
#pragma once

#include <cstddef>
#include <string>

#include <executus/base/result.hpp>

namespace executus {

// anything: also a named pipe and a device, for what a person named; reading waits for them.
enum class TextSource { file, anything };

inline constexpr std::size_t kMostText = 8U << 20U;

// The content of `path`. The error (config.file) names the file and why it could not be read; files larger than
// `max_bytes` are refused.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes = kMostText,
                                                 TextSource source = TextSource::file);

}  // namespace executus
