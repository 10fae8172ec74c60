#include "runtime/agent_file/sandbox_yaml.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "tools/sandbox/policy.hpp"

namespace executus {
namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;

// Programs would reach a listed host by whatever name and address they like: only a proxy that they cannot go around
// could hold them to a list.
void refuse_network(Fields& fields) {
  for (std::string_view key : {"network", "hosts", "allow_hosts"})
    if (fields.raw(key))
      fields.error(key,
                   "a sandbox has no network, and none can be given to it; use http_tools for what has to be asked, "
                   "or 'sandbox: off'");
}

void read_megabytes(Fields& fields, std::string_view key, std::int64_t& bytes) {
  if (auto mib = fields.integer(key, {.min = 1, .max = std::int64_t{1} << 24})) bytes = *mib * kMebibyte;
}

tools::SandboxPolicy read_policy(Fields& fields) {
  tools::SandboxPolicy policy;
  refuse_network(fields);
  policy.read = fields.strings("read").value_or(std::vector<std::string>{});
  policy.write = fields.strings("write").value_or(std::vector<std::string>{});
  policy.root_is_writable = fields.choice<bool>("root", {{"write", true}, {"read", false}}).value_or(true);
  using Git = tools::SandboxPolicy::Git;
  policy.git = fields.choice<Git>("git", {{"read", Git::read}, {"write", Git::write}}).value_or(Git::read);
  if (policy.git == Git::write)
    fields.error("git", "'git: write' is not offered yet; take it out, and commit outside of the sandbox");
  read_megabytes(fields, "memory_mib", policy.memory_bytes);
  read_megabytes(fields, "file_mib", policy.file_bytes);
  read_megabytes(fields, "scratch_mib", policy.scratch_bytes);
  policy.processes = fields.integer("processes", {.min = 4, .max = 1 << 20}).value_or(policy.processes);
  return policy;
}

}  // namespace

std::optional<boost::json::value> read_sandbox(Fields& fields) {
  const auto* value = fields.raw("sandbox");
  if (!value) return std::nullopt;
  bool off = *value == boost::json::value("off") || *value == boost::json::value(false);
  if (off) return boost::json::value("off");
  if (*value == boost::json::value("on") || *value == boost::json::value(true))
    return tools::to_json(tools::SandboxPolicy{});
  std::optional<boost::json::value> policy;
  if (value->is_object()) fields.object("sandbox", [&](Fields& inner) { policy = tools::to_json(read_policy(inner)); });
  if (!policy) fields.error("sandbox", "'sandbox' is on, off, or a map such as {root: read, write: [build]}");
  return policy;
}

}  // namespace executus
