#include "tools/sandbox/remedy.hpp"

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kQuotedErrors = 300;  // characters

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string remedy_of(std::string_view errors, const KernelSettings& kernel) {
  if (has(errors, "Unknown option") || has(errors, "unrecognized option") || has(errors, "disable-userns"))
    return "this bubblewrap is too old; install version 0.8.0 or later";
  bool denied = has(errors, "ermission denied") || has(errors, "not permitted") || has(errors, "No permissions");
  if (has(errors, "proc") && denied)
    return kernel.in_container
               ? "the container hides parts of /proc; run it with --security-opt systempaths=unconfined "
                 "(Docker, Podman: --security-opt unmask=ALL)"
               : "/proc cannot be mounted; something hides parts of it";
  if (denied && kernel.apparmor_restricts)
    return "AppArmor forbids it (Ubuntu 24.04): add a profile for bwrap with 'userns,', or as root: sysctl -w "
           "kernel.apparmor_restrict_unprivileged_userns=0";
  if (kernel.namespaces_forbidden || has(errors, "No space left"))
    return "user namespaces are switched off; as root: sysctl -w user.max_user_namespaces=15000, and on Debian "
           "kernel.unprivileged_userns_clone=1";
  if (denied && kernel.in_container)
    return "the container forbids user namespaces; run it with --security-opt seccomp=unconfined, or a profile that "
           "allows clone and unshare with namespaces";
  return "see what it says";
}

}  // namespace

std::string why_no_sandbox(std::string_view errors, const KernelSettings& kernel) {
  auto said = clip(trim(errors), kQuotedErrors);
  return "bubblewrap cannot make a sandbox here: " + remedy_of(errors, kernel) +
         (said.empty() ? "" : " (it says: " + std::string(said) + ")");
}

std::string no_bubblewrap() {
  return "there is no bubblewrap (bwrap), which makes sandboxes; install it (Debian, Ubuntu, Fedora: the package "
         "bubblewrap)";
}

}  // namespace executus::tools
