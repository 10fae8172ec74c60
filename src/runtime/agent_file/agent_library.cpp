#include "runtime/agent_file/agent_library.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "base/text_file.hpp"
#include "base/yaml/yaml.hpp"

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

std::vector<std::string> files_of(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (is_yaml(entry.path())) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string stem(const std::string& path) { return fs::path(path).stem().string(); }

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || fs::equivalent(a, b, error);
}

std::string first_of(const std::vector<std::string>& errors, const std::string& path) {
  if (errors.empty()) return "it cannot be read";
  if (errors.size() == 1) return errors.front();
  return errors.front() + " (and " + std::to_string(errors.size() - 1) + " more: executus agents validate " + path +
         ")";
}

// Links to one file are one.
std::vector<std::string> without_links(const std::vector<std::string>& paths) {
  std::vector<std::string> different;
  for (const auto& path : paths)
    if (std::ranges::none_of(different, [&](const auto& other) { return is_same_file(path, other); }))
      different.push_back(path);
  return different;
}

std::optional<std::string> only_one(std::string_view agent, const std::vector<std::string>& paths) {
  auto different = without_links(paths);
  if (different.empty()) return std::nullopt;
  if (different.size() == 1) return paths.front();
  std::string list;
  for (const auto& path : different) list += (list.empty() ? "" : path == different.back() ? " and " : ", ") + path;
  throw failed("config.agent", "more than one file has an agent '" + std::string(clip(agent, 80)) + "': " + list +
                                   "; rename one, or give the file");
}

// What a run that asks for the model would be told. A resolver of a host may throw.
std::optional<Error> obstacle_to(llm::ModelResolver& models, const std::string& name) {
  try {
    auto resolved = models.resolve(name);
    if (!resolved.ok()) return resolved.error();
    if (resolved->missing.empty()) return std::nullopt;
    return failed("tool.missing", resolved->missing.front());
  } catch (...) {
    return current_error();
  }
}

// The values of `agents` and `skills`, as far as they are lists of names.
std::vector<std::string> delegates_written_in(const std::string& path, const FindBase& find_base) {
  std::vector<std::string> names;
  Problems said_elsewhere;
  auto text = read_text_file(path);
  auto file = text.ok() ? read_extended(*text, path, find_base, said_elsewhere) : std::nullopt;
  if (!file) return names;
  for (const char* key : {"agents", "skills"}) {
    const auto* list = file->document.root().get_object().if_contains(key);
    for (const auto& name : list && list->is_array() ? list->get_array() : boost::json::array{})
      if (name.is_string()) names.emplace_back(name.get_string());
  }
  return names;
}

}  // namespace

std::vector<std::string> AgentLibrary::files() const {
  std::vector<std::string> files;
  for (const auto& folder : folders_)
    for (auto& file : files_of(folder)) files.push_back(std::move(file));
  std::sort(files.begin(), files.end());
  return files;
}

const std::vector<AgentLibrary::Entry>& AgentLibrary::entries() const {
  if (entries_) return *entries_;
  entries_.emplace();
  for (const auto& folder : folders_)
    for (auto& file : files_of(folder)) entries_->push_back({folder, file, name_in(file)});
  std::ranges::sort(*entries_, {}, &Entry::path);
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
  auto found = [&](auto fits) -> std::optional<std::string> {
    for (const auto& folder : folders_) {
      std::vector<std::string> paths;
      for (const auto& entry : entries())
        if (entry.folder == folder && fits(entry)) paths.push_back(entry.path);
      if (auto path = only_one(agent, paths)) return path;
    }
    return std::nullopt;
  };
  if (auto path = found([&](const Entry& entry) { return entry.name == agent; })) return path;
  return found([&](const Entry& entry) { return stem(entry.path) == agent; });
}

std::vector<std::string> AgentLibrary::namesakes(const std::string& path, const std::string& name) const {
  std::vector<std::string> others;
  auto folder = canonical_path(fs::path(path).parent_path().string());
  for (const auto& entry : entries())
    if (entry.name == name && canonical_path(entry.folder.string()) == folder && !is_same_file(entry.path, path))
      others.push_back(entry.path);
  return without_links(others);
}

std::optional<AgentFile> AgentLibrary::load(const std::string& path, Diagnostics& diagnostics) const {
  auto known = known_below(path);
  known.way_back = [this, path](const std::string& delegate) { return way_back(delegate, path); };
  known.namesakes = [this, path](const std::string& name) { return namesakes(path, name); };
  return load_agent_file(path, known, diagnostics);
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
  KnownNames known{tools_, names()};
  known.environment = here_.environment;
  known.base = [this](const std::string& name) { return base_called(name); };
  if (here_.models) known.model_obstacle = [this](const std::string& name) { return obstacle_to(*here_.models, name); };
  known.obstacle = [this, parent](DelegateKind kind, const std::string& name) { return obstacle(kind, name, parent); };
  return known;
}

Result<std::string> AgentLibrary::base_called(const std::string& name) const {
  try {
    if (auto path = path_of(name)) return *path;
  } catch (const Error& error) {
    return error;
  }
  return failed("config.agent",
                "no agent '" + std::string(clip(name, 80)) + "' in agents/" + did_you_mean(name, names()));
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
  auto [obstacle, is_new] = obstacles_.try_emplace({canonical_path(*path), kind});
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

const std::vector<std::string>& AgentLibrary::delegates_in(const std::string& path) const {
  auto [names, is_new] = delegates_.try_emplace(path);
  if (is_new) names->second = delegates_written_in(path, [this](const std::string& base) { return base_called(base); });
  return names->second;
}

// Nothing where there is no such file, or more than one.
std::optional<std::string> AgentLibrary::canonical_path_of(const std::string& agent) const {
  auto [path, is_new] = paths_.try_emplace(agent);
  if (!is_new) return path->second;
  try {
    if (auto found = path_of(agent)) path->second = canonical_path(*found);
  } catch (const Error&) {  // said where the name stands
  }
  return path->second;
}

// Breadth first, so that the way that is shown is a shortest one.
std::string AgentLibrary::way_back(const std::string& delegate, const std::string& parent) const {
  auto goal = canonical_path(parent);
  std::vector<std::pair<std::string, std::string>> steps{{delegate, delegate}};  // a name, and the way to it
  std::set<std::string> seen;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto [name, way] = steps[i];
    auto path = canonical_path_of(name);
    if (!path || !seen.insert(*path).second) continue;
    if (*path == goal) return way;
    for (const auto& next : delegates_in(*path)) steps.emplace_back(next, way + " -> " + std::string(clip(next, 80)));
  }
  return "";
}

}  // namespace executus
