#include <unistd.h>

#include <executus/base/error.hpp>

#include "cli/commands/project/finding.hpp"
#include "store/sqlite/connection/file_system.hpp"

namespace executus::cli {
namespace {

namespace fs = std::filesystem;

std::string place_problem(const fs::path& path, const fs::path& folder, const sqlite::FileSystemProbe& probe) {
  if (::access(folder.c_str(), W_OK) != 0)
    return "the database cannot be made: '" + folder.string() +
           "' is not writable; pass --db PATH or fix its permissions";
  try {
    sqlite::refuse_unsafe_file_system(path, probe);
  } catch (const Error& refusal) {
    return refusal.message();
  }
  return "";
}

}  // namespace

boost::json::value file_system_fact(const fs::path& path) {
  auto found = sqlite::file_system_of(path);
  return found ? boost::json::value(sqlite::name_of(*found)) : boost::json::value(nullptr);
}

Finding absent_store(const fs::path& path, const sqlite::FileSystemProbe& probe) {
  auto folder = sqlite::nearest_existing(fs::absolute(path).parent_path());
  Finding finding;
  finding.problem = place_problem(fs::absolute(path), folder, probe);
  finding.facts = {{"exists", false}, {"writable", ::access(folder.c_str(), W_OK) == 0}};
  return finding;
}

}  // namespace executus::cli
