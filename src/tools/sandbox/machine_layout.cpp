#include "tools/sandbox/machine_layout.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace executus::tools {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"/usr",   "/bin",    "/sbin", "/lib",      "/lib32",
                                    "/lib64", "/libx32", "/opt",  "/nix/store"};

// No secrets are among them: neither shadow files, keys nor mounts.
constexpr const char* kSettings[] = {
    "/etc/alternatives",  "/etc/ca-certificates", "/etc/debian_version", "/etc/fonts",         "/etc/group",
    "/etc/host.conf",     "/etc/hosts",           "/etc/inputrc",        "/etc/ld.so.cache",   "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",  "/etc/locale.alias",    "/etc/localtime",      "/etc/magic",         "/etc/mime.types",
    "/etc/nsswitch.conf", "/etc/os-release",      "/etc/passwd",         "/etc/pki/tls/certs", "/etc/profile",
    "/etc/protocols",     "/etc/services",        "/etc/shells",         "/etc/ssl/certs",     "/etc/ssl/openssl.cnf",
    "/etc/terminfo",      "/etc/timezone"};

bool exists(const char* path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

constexpr long kFirstPerson = 1000;  // smaller user numbers are those of services, with folders of the system

// "name:password:number:group:comment:home:shell".
std::optional<std::string> home_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, ':');) fields.push_back(field);
  if (fields.size() < 6 || !fields[5].starts_with('/')) return std::nullopt;
  auto number = std::atol(fields[2].c_str());
  return number == 0 || number >= kFirstPerson ? std::optional(fields[5]) : std::nullopt;
}

void add_home(std::vector<std::string>& homes, const std::optional<std::string>& home) {
  if (!home || !home->starts_with('/')) return;
  std::error_code error;
  auto real = fs::canonical(*home, error);
  if (!error && real != "/") homes.push_back(real.string());
}

}  // namespace

MachineLayout machine_layout() {
  MachineLayout layout;
  for (const char* path : kFolders) {
    std::error_code ignored;
    if (fs::is_symlink(path, ignored))
      layout.links.emplace_back(path, fs::read_symlink(path, ignored).string());
    else if (fs::is_directory(path, ignored))
      layout.folders.emplace_back(path);
  }
  for (const char* path : kSettings)
    if (exists(path)) layout.settings.emplace_back(path);
  // Those of bubblewrap's own /proc are root's, and so writable for a sandbox that root starts.
  for (const char* path : {"/proc/sys", "/proc/sysrq-trigger"})
    if (exists(path)) layout.guarded.emplace_back(path);
  return layout;
}

std::vector<std::string> home_folders(const std::optional<std::string>& home) {
  std::vector<std::string> homes;
  add_home(homes, home);
  std::ifstream users("/etc/passwd");
  for (std::string line; std::getline(users, line);) add_home(homes, home_of(line));
  return homes;
}

bool is_root() { return ::geteuid() == 0; }

}  // namespace executus::tools
