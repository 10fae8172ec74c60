#include "tools/sandbox/bwrap_arguments.hpp"

#include <algorithm>
#include <string_view>

#include "tools/program/launch.hpp"

namespace executus::tools {
namespace {

using Words = std::vector<std::string>;

void add(Words& words, std::initializer_list<std::string_view> more) {
  words.insert(words.end(), more.begin(), more.end());
}

// bubblewrap itself gets no variable by its name: the loader and the libraries of the machine would obey some of them
// outside of the sandbox. Nor are they arguments, which every user of the machine can read.
std::string given(const std::vector<std::string>& names) {
  std::string script;
  for (const auto& name : names) {
    auto carrier = carrier_of(name);
    script += name + "=$" + carrier + "; export " + name + "; unset " + carrier + "; ";
  }
  return script;
}

// Limits are set inside: there they count the processes of the sandbox alone. dash has -p for what bash calls -u.
std::string limits(const SandboxPolicy& policy, const std::vector<std::string>& names) {
  auto kib = [](std::int64_t bytes) { return std::to_string(bytes / 1024); };
  auto processes = std::to_string(policy.processes);
  return "ulimit -c 0; ulimit -f " + std::to_string(policy.file_bytes / 512) + "; ulimit -d " +
         kib(policy.memory_bytes) + "; ulimit -n 4096 2>/dev/null; ulimit -u " + processes +
         " 2>/dev/null || ulimit -p " + processes + "; " + given(names) + "exec \"$@\"";
}

void add_system(Words& words, const MachineLayout& machine) {
  for (const auto& folder : machine.folders) add(words, {"--ro-bind", folder, folder});
  for (const auto& [link, target] : machine.links) add(words, {"--symlink", target, link});
  for (const auto& path : machine.settings) add(words, {"--ro-bind", path, path});
}

void add_own(Words& words, const MachineLayout& machine, const SandboxPolicy& policy) {
  add(words, {"--proc", "/proc"});
  for (const auto& path : machine.guarded) add(words, {"--ro-bind", path, path});
  add(words, {"--dev", "/dev", "--size", std::to_string(policy.scratch_bytes), "--tmpfs", "/dev/shm", "--size",
              std::to_string(policy.scratch_bytes), "--tmpfs", "/tmp"});
}

void add_places(Words& words, const SandboxedPlace& place) {
  for (const auto& shown : place.shown) add(words, {shown.writable ? "--bind" : "--ro-bind", shown.path, shown.path});
  for (const auto& path : place.git) add(words, {"--ro-bind", path, path});
  for (const auto& path : place.kept) add(words, {"--ro-bind", path, path});
  for (const auto& path : place.hidden_files) add(words, {"--ro-bind", "/dev/null", path});
  for (const auto& path : place.hidden_folders) add(words, {"--tmpfs", path, "--remount-ro", path});
}

// Folders that would give the machine, or all that others keep on it.
bool is_too_much(const std::string& path) {
  static constexpr std::string_view kSystem[] = {"/",     "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/proc",
                                                 "/root", "/run", "/sbin", "/sys", "/tmp", "/usr",  "/var"};
  bool of_kernel = path.starts_with("/proc/") || path.starts_with("/sys/") || path.starts_with("/dev/") ||
                   path.starts_with("/run/") || path == "/var/run" || path.starts_with("/var/run/");
  return of_kernel || std::ranges::find(kSystem, path) != std::end(kSystem);
}

bool is_of_system(const ShownPlace& place, const std::string& root) {
  bool may_be_changed = place.writable || place.path == root;
  return is_too_much(place.path) ||
         (may_be_changed && (place.path.starts_with("/etc/") || place.path.starts_with("/usr/")));
}

bool holds_a_home(const std::string& path, const std::vector<std::string>& homes) {
  return std::ranges::any_of(homes, [&](const auto& home) { return home == path || home.starts_with(path + "/"); });
}

}  // namespace

std::string carrier_of(const std::string& name) { return "SANDBOXED_" + name; }

std::string problem_of(const SandboxedPlace& place, const std::vector<std::string>& homes) {
  for (const auto& shown : place.shown) {
    if (is_of_system(shown, place.root))
      return "'" + shown.path +
             "' is a folder of the system, which no sandbox gives away; name a folder of the project";
    if (holds_a_home(shown.path, homes))
      return "'" + shown.path +
             "' is, or holds, a home folder, with keys and settings that programs obey; give the "
             "agent a 'root' that is the project's folder";
  }
  return "";
}

Words bwrap_arguments(const SandboxPolicy& policy, const MachineLayout& machine, const SandboxedPlace& place,
                      const std::string& directory, const Words& names, const Words& command) {
  Words words{
      "--unshare-user",       "--disable-userns", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
      "--unshare-cgroup-try", "--hostname",       "sandbox",       "--cap-drop",    "ALL",           "--seccomp",
      std::to_string(kHanded)};
  add_system(words, machine);
  add_own(words, machine, policy);
  add_places(words, place);
  add(words, {"--remount-ro", "/", "--chdir", directory, "--", "/bin/sh", "-c", limits(policy, names), "sh"});
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

}  // namespace executus::tools
