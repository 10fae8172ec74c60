// What a program in a sandbox may reach. A value; declared tools keep it as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::tools {

struct SandboxPolicy {
  enum class Git { read, write };
  std::vector<std::string> read = {};   // folders beside the system's; absolute, or below the root
  std::vector<std::string> write = {};  // likewise
  bool root_is_writable = true;
  Git git = Git::read;                                   // of the repository that the root is in
  std::int64_t memory_bytes = std::int64_t{4} << 30;     // of each process: its data
  std::int64_t file_bytes = std::int64_t{2} << 30;       // of a file that it writes
  std::int64_t scratch_bytes = std::int64_t{512} << 20;  // of /tmp
  std::int64_t processes = 512;                          // at once; not held to when executus is root
  bool operator==(const SandboxPolicy&) const = default;
};

// Absent members have their defaults.
[[nodiscard]] boost::json::object to_json(const SandboxPolicy& policy);
[[nodiscard]] SandboxPolicy sandbox_policy_from(const boost::json::object& stored);  // throws Error "tool.declared"

}  // namespace executus::tools
