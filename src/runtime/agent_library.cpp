#include "runtime/agent_library.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "base/yaml.hpp"
#include "runtime/text_file.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

// What the file says its agent is called; "" when it cannot be read.
std::string name_in(const std::string& path) {
  auto text = read_text_file(path);
  if (!text.ok()) return "";
  auto document = parse_yaml(*text, path);
  if (!document.ok() || !document->root().is_object()) return "";
  const auto* name = document->root().get_object().if_contains("name");
  return name && name->is_string() ? std::string(name->get_string()) : "";
}

std::string stem(const std::string& path) { return fs::path(path).stem().string(); }

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || fs::equivalent(a, b, error);
}

std::string canonical(const std::string& path) {
  std::error_code error;
  auto whole = fs::weakly_canonical(path, error);
  return error ? path : whole.string();
}

std::string first_of(const std::vector<std::string>& errors, const std::string& path) {
  if (errors.empty()) return "it cannot be read";
  if (errors.size() == 1) return errors.front();
  return errors.front() + " (and " + std::to_string(errors.size() - 1) + " more: executus agents validate " + path +
         ")";
}

}  // namespace

std::vector<std::string> AgentLibrary::files() const {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& folder : folders_)
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (is_yaml(entry.path())) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

const std::vector<AgentLibrary::Entry>& AgentLibrary::entries() const {
  if (entries_) return *entries_;
  entries_.emplace();
  for (auto& file : files()) entries_->push_back({file, name_in(file)});
  return *entries_;
}

std::vector<std::string> AgentLibrary::names() const {
  std::vector<std::string> names;
  for (const auto& entry : entries()) {
    names.push_back(stem(entry.path));
    if (!entry.name.empty() && entry.name != names.back()) names.push_back(entry.name);
  }
  return names;
}

std::optional<std::string> AgentLibrary::path_of(std::string_view agent) const {
  std::optional<std::string> of_that_name;
  std::vector<std::string> called_so;
  std::error_code error;
  for (const auto& folder : folders_)
    for (const char* extension : {".yaml", ".yml"})
      if (fs::path path = folder / (std::string(agent) + extension); !of_that_name && fs::exists(path, error))
        of_that_name = path.string();
  if (of_that_name && name_in(*of_that_name) == agent) return of_that_name;
  for (const auto& entry : entries())
    if (entry.name == agent) called_so.push_back(entry.path);
  if (called_so.size() > 1)
    throw failed("config.agent", "more than one file has an agent '" + std::string(agent) + "': " + called_so[0] +
                                     " and " + called_so[1] + "; rename one, or give the file");
  return called_so.empty() ? of_that_name : called_so.front();
}

std::optional<AgentFile> AgentLibrary::load(const std::string& path, Diagnostics& diagnostics) const {
  return load_agent_file(path, known_below(path), diagnostics);
}

Result<AgentFile> AgentLibrary::read(const std::string& path) const {
  Diagnostics said;
  auto file = load(path, said);
  if (file) {
    file->warnings = std::move(said.warnings);
    return std::move(*file);
  }
  std::string lines;
  for (const auto& line : said.errors) lines += (lines.empty() ? "" : "\n") + line;
  return failed("config.agent", std::move(lines));
}

KnownNames AgentLibrary::known_below(const std::string& parent) const {
  KnownNames known{tools_, names(), {}};
  known.obstacle = [this, parent](DelegateKind kind, const std::string& name) { return obstacle(kind, name, parent); };
  return known;
}

// A file is looked at once, however many name it. One that is being looked at is no obstacle: the run that would close
// a circle is refused, and the others are not.
std::string AgentLibrary::obstacle(DelegateKind kind, const std::string& name, const std::string& parent) const {
  std::optional<std::string> path;
  try {
    path = path_of(name);
  } catch (const Error& error) {
    return error.message();
  }
  if (!path) return "there is no such file";
  if (is_same_file(*path, parent)) return "it is this agent itself, and no run may stand below itself";
  auto [obstacle, is_new] = obstacles_.try_emplace({canonical(*path), kind});
  if (is_new) obstacle->second = obstacle_in(kind, *path);
  return obstacle->second;
}

std::string AgentLibrary::obstacle_in(DelegateKind kind, const std::string& path) const {
  Diagnostics said;
  auto file = load_agent_file(path, known_below(path), said);
  if (!file) return first_of(said.errors, path);
  auto unusable = unusable_as(kind, *file);
  return unusable ? path + ": " + unusable->message() : "";
}

bool names_a_file(std::string_view agent) {
  return agent.find('/') != std::string_view::npos || is_yaml(fs::path(agent));
}

}  // namespace executus
