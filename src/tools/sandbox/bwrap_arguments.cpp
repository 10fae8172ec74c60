#include "tools/sandbox/bwrap_arguments.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace executus::tools {
namespace {

using Words = std::vector<std::string>;

void add(Words& words, std::initializer_list<std::string_view> more) {
  words.insert(words.end(), more.begin(), more.end());
}

// Limits are set inside: there they count the processes of the sandbox alone. dash has -p for what bash calls -u.
std::string limits(const SandboxPolicy& policy) {
  auto kib = [](std::int64_t bytes) { return std::to_string(bytes / 1024); };
  auto processes = std::to_string(policy.processes);
  return "ulimit -c 0; ulimit -f " + std::to_string(policy.file_bytes / 512) + "; ulimit -d " +
         kib(policy.memory_bytes) + "; ulimit -n 4096 2>/dev/null; ulimit -u " + processes +
         " 2>/dev/null || ulimit -p " + processes + "; exec \"$@\"";
}

void add_system(Words& words, const MachineLayout& machine) {
  for (const auto& folder : machine.folders) add(words, {"--ro-bind", folder, folder});
  for (const auto& [link, target] : machine.links) add(words, {"--symlink", target, link});
  for (const auto& path : machine.settings) add(words, {"--ro-bind", path, path});
}

void add_own(Words& words, const MachineLayout& machine, const SandboxPolicy& policy) {
  add(words, {"--proc", "/proc"});
  for (const auto& path : machine.guarded) add(words, {"--ro-bind", path, path});
  add(words, {"--dev", "/dev", "--size", std::to_string(policy.scratch_bytes), "--tmpfs", "/tmp"});
}

void add_git(Words& words, const GitPlaces& git, SandboxPolicy::Git access) {
  bool writes = access == SandboxPolicy::Git::write;
  for (const auto& path : git.metadata) add(words, {writes ? "--bind" : "--ro-bind", path, path});
  if (writes)
    for (const auto& path : git.run_by_git) add(words, {"--ro-bind", path, path});
}

std::string resolved(const std::string& path, const std::string& root) {
  return (std::filesystem::path(root) / path).lexically_normal().string();
}

void add_places(Words& words, const SandboxPolicy& policy, const SandboxedPlace& place) {
  for (const auto& path : policy.read)
    add(words, {"--ro-bind", resolved(path, place.root), resolved(path, place.root)});
  if (!place.root.empty()) add(words, {policy.root_is_writable ? "--bind" : "--ro-bind", place.root, place.root});
  for (const auto& path : policy.write) add(words, {"--bind", resolved(path, place.root), resolved(path, place.root)});
  add_git(words, place.git, policy.git);
  for (const auto& path : place.hidden_files) add(words, {"--ro-bind", "/dev/null", path});
  for (const auto& path : place.hidden_folders) add(words, {"--tmpfs", path, "--remount-ro", path});
}

// Folders that would give the machine, or all that others keep on it.
bool is_too_much(const std::string& path) {
  static constexpr std::string_view kSystem[] = {"/",     "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/proc",
                                                 "/root", "/run", "/sbin", "/sys", "/tmp", "/usr",  "/var"};
  auto plain = path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  bool of_kernel = plain.starts_with("/proc/") || plain.starts_with("/sys/") || plain.starts_with("/dev/") ||
                   plain.starts_with("/run/") || plain == "/var/run" || plain.starts_with("/var/run/");
  return of_kernel || std::ranges::find(kSystem, plain) != std::end(kSystem);
}

}  // namespace

std::string problem_of(const SandboxPolicy& policy, const SandboxedPlace& place) {
  std::vector<std::string> paths{place.root};
  for (const auto& path : policy.read) paths.push_back(resolved(path, place.root));
  for (const auto& path : policy.write) paths.push_back(resolved(path, place.root));
  for (const auto& path : paths)
    if (!path.empty() && is_too_much(path))
      return "'" + path + "' is a folder of the system, which no sandbox gives away; name a folder of the project";
  return "";
}

Words bwrap_arguments(const SandboxPolicy& policy, const MachineLayout& machine, const SandboxedPlace& place,
                      const std::string& directory, const Words& command) {
  Words words{"--unshare-user",
              "--disable-userns",
              "--unshare-ipc",
              "--unshare-pid",
              "--unshare-net",
              "--unshare-uts",
              "--unshare-cgroup-try",
              "--hostname",
              "sandbox",
              "--cap-drop",
              "ALL"};
  add_system(words, machine);
  add_own(words, machine, policy);
  add_places(words, policy, place);
  add(words, {"--remount-ro", "/", "--chdir", directory, "--", "/bin/sh", "-c", limits(policy), "sh"});
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

}  // namespace executus::tools
