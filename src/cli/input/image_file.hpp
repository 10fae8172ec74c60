// --image FILE.
#pragma once

#include <string>

#include <executus/llm/message.hpp>

namespace executus::cli {

// The type is known by the first bytes. Throws Error config.file / cli.usage.
[[nodiscard]] llm::Image read_image(const std::string& path);

}  // namespace executus::cli
