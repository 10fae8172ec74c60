#include "tools/sandbox/policy.hpp"

#include <boost/json.hpp>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

namespace json = boost::json;

std::vector<std::string> texts(const json::object& stored, std::string_view key) {
  std::vector<std::string> list;
  if (const auto* value = stored.if_contains(key))
    for (const auto& each : value->as_array()) list.emplace_back(each.as_string());
  return list;
}

void take(std::int64_t& number, const json::object& stored, std::string_view key) {
  if (const auto* value = stored.if_contains(key)) number = value->as_int64();
}

SandboxPolicy read_policy(const json::object& stored) {
  SandboxPolicy policy;
  policy.read = texts(stored, "read");
  policy.write = texts(stored, "write");
  if (const auto* root = stored.if_contains("root")) policy.root_is_writable = *root != json::value("read");
  if (const auto* git = stored.if_contains("git"))
    policy.git = *git == json::value("write") ? SandboxPolicy::Git::write : SandboxPolicy::Git::read;
  take(policy.memory_bytes, stored, "memory_bytes");
  take(policy.file_bytes, stored, "file_bytes");
  take(policy.scratch_bytes, stored, "scratch_bytes");
  take(policy.processes, stored, "processes");
  return policy;
}

}  // namespace

json::object to_json(const SandboxPolicy& policy) {
  return {{"read", json::array(policy.read.begin(), policy.read.end())},
          {"write", json::array(policy.write.begin(), policy.write.end())},
          {"root", policy.root_is_writable ? "write" : "read"},
          {"git", policy.git == SandboxPolicy::Git::write ? "write" : "read"},
          {"memory_bytes", policy.memory_bytes},
          {"file_bytes", policy.file_bytes},
          {"scratch_bytes", policy.scratch_bytes},
          {"processes", policy.processes}};
}

SandboxPolicy sandbox_policy_from(const json::object& stored) {
  try {
    return read_policy(stored);
  } catch (const std::exception& error) {
    throw failed("tool.declared", std::string("a stored sandbox is malformed: ") + error.what());
  }
}

}  // namespace executus::tools
