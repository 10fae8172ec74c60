#include "tools/sandbox/sandbox.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include <executus/base/error.hpp>

#include "tools/program/program_lookup.hpp"
#include "tools/sandbox/bwrap_arguments.hpp"
#include "tools/sandbox/git_places.hpp"
#include "tools/sandbox/machine_layout.hpp"
#include "tools/sandbox/remedy.hpp"

namespace executus::tools {
namespace {

namespace fs = std::filesystem;

constexpr Milliseconds kProbeTime{10'000};

std::string setting(const char* path) {
  std::ifstream file(path);
  std::string value;
  std::getline(file, value);
  return value;
}

KernelSettings kernel_settings() {
  std::error_code ignored;
  KernelSettings kernel;
  kernel.apparmor_restricts = setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1";
  kernel.namespaces_forbidden = setting("/proc/sys/user/max_user_namespaces") == "0" ||
                                setting("/proc/sys/kernel/unprivileged_userns_clone") == "0";
  kernel.in_container = fs::exists("/.dockerenv", ignored) || fs::exists("/run/.containerenv", ignored);
  return kernel;
}

// A home and a temporary folder that are in view.
std::vector<std::string> inner_environment(std::vector<std::string> environment) {
  std::erase_if(environment, [](const std::string& variable) {
    return variable.starts_with("HOME=") || variable.starts_with("TMPDIR=");
  });
  environment.insert(environment.end(), {"HOME=/tmp", "TMPDIR=/tmp"});
  return environment;
}

std::string without_links(const std::string& path) {
  std::error_code error;
  auto found = fs::canonical(path, error);
  return error ? path : found.string();
}

// bubblewrap would say so in its own words, as if the program had failed.
void require_there(const SandboxPolicy& policy, const std::string& root) {
  for (const auto* folders : {&policy.read, &policy.write})
    for (const auto& folder : *folders)
      if (std::error_code ignored; !fs::exists(fs::path(root) / folder, ignored))
        throw failed("sandbox.place", "'" + folder + "', which the sandbox is to show, does not exist");
}

bool is_below(const std::string& path, const std::string& root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/' || root.ends_with('/'));
}

void hide(SandboxedPlace& place, const std::string& own) {
  std::error_code ignored;
  if (place.root.empty() || !is_below(own, place.root) || !fs::exists(own, ignored)) return;
  (fs::is_directory(own, ignored) ? place.hidden_folders : place.hidden_files).push_back(own);
}

}  // namespace

// In the PATH of executus itself: the one of a program may name folders that programs write to.
std::string Sandbox::find_bubblewrap() const {
  auto path = "PATH=" + environment_.get("PATH").value_or("/usr/bin:/bin");
  auto found = find_program("bwrap", "/", {path});
  return found.ok() ? *found : "";
}

ProgramSpec Sandbox::sandboxed(const SandboxPolicy& policy, const std::string& root, ProgramSpec spec) const {
  SandboxedPlace place{without_links(root), {}, {}, {}};
  if (root.empty()) place.root.clear();
  if (auto wrong = problem_of(policy, place); !wrong.empty()) throw failed("sandbox.place", wrong);
  if (!place.root.empty()) place.git = git_places(place.root);
  for (const auto& own : own_files_ ? own_files_() : std::vector<std::string>()) hide(place, without_links(own));
  require_there(policy, place.root);
  auto directory = without_links(spec.directory);
  std::vector<std::string> argv{find_bubblewrap()};
  if (argv.front().empty()) throw failed("sandbox.unavailable", no_bubblewrap());
  if (is_below(argv.front(), place.root) && !place.root.empty())
    throw failed("sandbox.place", "bubblewrap is '" + argv.front() + "', where the program could replace it");
  auto arguments = bwrap_arguments(policy, machine_layout(), place, directory, spec.argv);
  argv.insert(argv.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
  spec.argv = std::move(argv);
  spec.environment = inner_environment(std::move(spec.environment));
  spec.directory = "/";
  return spec;
}

std::optional<std::string> Sandbox::problem() {
  std::lock_guard lock(mutex_);
  if (works_) return std::nullopt;
  try {
    ProgramSpec probe;
    probe.argv = {"/bin/sh", "-c", "exit 0"};
    probe.directory = "/";
    probe.environment = {"PATH=/usr/bin:/bin"};
    probe.timeout = kProbeTime;
    auto end = run_program(guard_, sandboxed({}, "", std::move(probe)), {});
    works_ = end.how == ProgramEnd::How::exited && end.code == 0;
    if (works_) return std::nullopt;
    return why_no_sandbox(end.problem + end.errors.end(), kernel_settings());
  } catch (const Error& error) {
    return error.message();
  }
}

Task<ProgramEnd> Sandbox::run(SandboxPolicy policy, std::string root, ProgramSpec spec,
                              std::shared_ptr<StartPermit> permit) {
  if (auto why = problem()) throw failed("sandbox.unavailable", *why);
  auto inner = sandboxed(policy, root, std::move(spec));
  co_return co_await programs_.run(std::move(inner), std::move(permit));
}

}  // namespace executus::tools
