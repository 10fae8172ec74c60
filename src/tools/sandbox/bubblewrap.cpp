#include "tools/sandbox/bubblewrap.hpp"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "tools/sandbox/remedy.hpp"

namespace executus::tools {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgramFolders[] = {"/usr/bin", "/bin", "/usr/local/bin"};

bool is_in(const std::string& path, std::string_view folder) {
  return (":" + path + ":").find(":" + std::string(folder) + ":") != std::string::npos;
}

}  // namespace

bool only_root_writes(const std::string& path) {
  for (fs::path each = path;; each = each.parent_path()) {
    struct stat entry{};
    if (::lstat(each.c_str(), &entry) != 0 || entry.st_uid != 0 || (entry.st_mode & (S_IWGRP | S_IWOTH)) != 0)
      return false;
    if (each == each.parent_path()) return true;
  }
}

Result<std::string> find_bubblewrap(const Environment& environment) {
  auto path = environment.get("PATH").value_or("/usr/bin:/bin");
  std::string refused;
  for (const char* folder : kProgramFolders) {
    std::error_code error;
    auto found = fs::canonical(fs::path(folder) / "bwrap", error);
    if (error || !is_in(path, folder) || ::access(found.c_str(), X_OK) != 0) continue;
    if (only_root_writes(found.string())) return found.string();
    refused = found.string();
  }
  if (refused.empty()) return failed("sandbox.unavailable", no_bubblewrap());
  return failed("sandbox.unavailable",
                "bubblewrap is '" + refused +
                    "', which others than root can replace, and it runs outside of the "
                    "sandbox; install the package bubblewrap, or take their right to write from it and its folders");
}

}  // namespace executus::tools
