// Writing to open files, whole. False: errno says why.
#pragma once

#include <string>
#include <string_view>

namespace executus {

[[nodiscard]] bool write_all(int file, std::string_view bytes) noexcept;

// That the names in it are there after a power loss.
[[nodiscard]] bool sync_folder(const std::string& folder) noexcept;

}  // namespace executus
