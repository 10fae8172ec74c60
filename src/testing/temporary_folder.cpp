#include <cerrno>
#include <string>
#include <system_error>

#include <stdlib.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::testing {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::canonical(fs::temp_directory_path()) / "executus-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    throw fs::filesystem_error("cannot make a folder", pattern, std::error_code(errno, std::generic_category()));
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace executus::testing
