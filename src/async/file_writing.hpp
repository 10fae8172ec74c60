// Writing to open files, whole: false, and errno says why.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace executus {

[[nodiscard]] bool write_all(int file, std::string_view bytes) noexcept;

// Whether a file of `size` bytes ends without a line break: its writer died within a line.
[[nodiscard]] bool ends_within_a_line(int file, off_t size) noexcept;

// That the names in it are there after a power loss.
[[nodiscard]] bool sync_folder(const std::string& folder) noexcept;

}  // namespace executus
