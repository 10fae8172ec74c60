// A folder for one test: made empty below the system's temporary folder, removed with its contents at the end.
#pragma once

#include <filesystem>
#include <string_view>

namespace executus::testing {

class TemporaryFolder final {
 public:
  TemporaryFolder();  // throws std::filesystem::filesystem_error
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }  // canonical
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace executus::testing
