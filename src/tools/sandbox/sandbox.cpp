#include "tools/sandbox/sandbox.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include <executus/base/error.hpp>

#include "tools/sandbox/bwrap_arguments.hpp"
#include "tools/sandbox/git_places.hpp"
#include "tools/sandbox/machine_layout.hpp"
#include "tools/sandbox/remedy.hpp"
#include "tools/sandbox/shown_places.hpp"
#include "tools/sandbox/syscall_filter.hpp"

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

void hide(SandboxedPlace& place, const std::string& own) {
  std::error_code ignored;
  bool is_shown = std::ranges::any_of(place.shown, [&](const auto& shown) { return lies_in(own, shown.path); });
  if (!is_shown || !fs::exists(own, ignored)) return;
  (fs::is_directory(own, ignored) ? place.hidden_folders : place.hidden_files).push_back(own);
}

// Unless it is, or holds, a place that the program was given itself.
void keep(SandboxedPlace& place, const std::string& obeyed) {
  std::error_code ignored;
  auto holds = [&](const ShownPlace& shown) { return shown.writable && lies_in(obeyed, shown.path); };
  auto is_given = [&](const ShownPlace& shown) { return lies_in(shown.path, obeyed); };
  if (std::ranges::any_of(place.shown, holds) && std::ranges::none_of(place.shown, is_given) &&
      fs::is_directory(obeyed, ignored))
    place.kept.push_back(obeyed);
}

// Names of the variables; the variables themselves become those that carry them into the sandbox.
std::vector<std::string> into_carriers(std::vector<std::string>& environment) {
  std::vector<std::string> names;
  for (auto& variable : environment) {
    auto end = variable.find('=');
    names.push_back(variable.substr(0, end));
    variable = carrier_of(names.back()) + variable.substr(end);
  }
  return names;
}

std::string filter_of_calls() {
  auto architecture = this_architecture();
  if (!architecture)
    throw failed("sandbox.unavailable",
                 "sandboxes are made on x86_64 and aarch64 alone: for this machine it is not known which system calls "
                 "lead out of one; 'sandbox: off' runs commands without");
  return bytes_of(syscall_filter(*architecture));
}

}  // namespace

SandboxedPlace Sandbox::place_of(const SandboxPolicy& policy, const std::string& root) const {
  // What git obeys can be made anew in a writable .git, such as commondir: which of its files are safe is not settled.
  if (policy.git == SandboxPolicy::Git::write)
    throw failed("sandbox.place", "'git: write' is not offered yet; take it out, and commit outside of the sandbox");
  SandboxedPlace place{root.empty() ? root : without_links(root)};
  place.shown = shown_places(policy, place.root);
  if (auto wrong = problem_of(place, home_folders(environment_.get("HOME"))); !wrong.empty())
    throw failed("sandbox.place", wrong);
  if (!place.root.empty()) place.git = git_places(place.root);
  for (const auto& folder : obeyed_) keep(place, without_links(folder));
  for (const auto& own : own_files_ ? own_files_() : std::vector<std::string>()) hide(place, without_links(own));
  return place;
}

ProgramSpec Sandbox::sandboxed(const SandboxPolicy& policy, const std::string& root, ProgramSpec spec) const {
  auto place = place_of(policy, root);
  spec.environment = inner_environment(std::move(spec.environment));
  auto names = into_carriers(spec.environment);
  std::vector<std::string> argv{bubblewrap_(environment_).value()};
  auto arguments = bwrap_arguments(policy, machine_layout(), place, without_links(spec.directory), names, spec.argv);
  argv.insert(argv.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
  spec.argv = std::move(argv);
  spec.directory = "/";
  spec.handed = filter_of_calls();
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
