#include "runtime/agent_file/agent_library.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "base/text_file.hpp"
#include "run/step/call_estimate.hpp"

namespace executus {
namespace {

constexpr std::string_view kBuiltIn = "built-in/", kYaml = ".yaml";
constexpr std::string_view kNoSuchFile = "there is no such file";

std::string first_of(const std::vector<std::string>& errors, const std::string& path) {
  if (errors.empty()) return "it cannot be read";
  if (errors.size() == 1) return errors.front();
  return errors.front() + " (and " + std::to_string(errors.size() - 1) + " more: executus agents validate " + path +
         ")";
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

// Those of a host may throw as well.
std::string obstacle_to(SkillPacks& all, const std::vector<std::string>& names) {
  try {
    auto resolved = all.resolve(names);
    return resolved.ok() ? std::string() : resolved.error().message();
  } catch (...) {
    return current_error().message();
  }
}

}  // namespace

std::string unpriced_target(llm::ModelResolver& models, const std::string& name) {
  try {
    auto resolved = models.resolve(name);
    if (!resolved.ok()) return {};
    for (const auto& each : run::targets_of(resolved->spec))
      if (!models.cost(each.target, {1, 1, 0, 0, 0}, system_clock().wall())) return each.target;
  } catch (...) {  // a resolver of a host may throw
  }
  return {};
}

std::optional<std::string> AgentLibrary::path_of(DelegateKind kind, std::string_view name) const {
  auto skill = kind == DelegateKind::skill ? skills_.path_of(name) : std::nullopt;
  return skill ? skill : agents_.path_of(name);
}

std::optional<std::string> AgentLibrary::built_in_path(std::string_view name) const {
  if (!here_.built_in || !here_.built_in(name)) return std::nullopt;
  return std::string(kBuiltIn) + std::string(name) + std::string(kYaml);
}

// Nothing: the path is that of a file. One that is there wins.
std::optional<std::string_view> AgentLibrary::built_in_text(std::string_view path) const {
  std::error_code error;
  bool may_be = here_.built_in && path.starts_with(kBuiltIn) && path.ends_with(kYaml);
  if (!may_be || std::filesystem::exists(path, error)) return std::nullopt;
  return here_.built_in(path.substr(kBuiltIn.size(), path.size() - kBuiltIn.size() - kYaml.size()));
}

DelegateKind AgentLibrary::kind_of(const std::string& path) const {
  return skills_.contains(path) ? DelegateKind::skill : DelegateKind::agent;
}

const NamedFiles& AgentLibrary::files(DelegateKind kind) const {
  return kind == DelegateKind::skill ? skills_ : agents_;
}

std::optional<AgentFile> AgentLibrary::load(const std::string& path, Diagnostics& diagnostics,
                                            std::optional<DelegateKind> as) const {
  auto own = as.value_or(kind_of(path));
  auto known = known_below(path, own);
  known.way_back = [this, path](DelegateKind kind, const std::string& name) { return way_back({kind, name}, path); };
  known.namesakes = [this, own, path](const std::string& name) { return files(own).namesakes(path, name); };
  if (auto text = built_in_text(path)) return parse_agent_file(*text, path, known, diagnostics);
  return load_agent_file(path, known, diagnostics);
}

Result<AgentFile> AgentLibrary::read(const std::string& path, std::optional<DelegateKind> as) const {
  Diagnostics said;
  auto file = load(path, said, as);
  if (file) {
    file->warnings = std::move(said.warnings);
    return std::move(*file);
  }
  std::string lines;
  for (const auto& line : said.errors) lines += (lines.empty() ? "" : "\n") + line;
  return failed("config.agent", std::move(lines));
}

KnownAgents AgentLibrary::read_agents() const {
  KnownAgents known;
  for (const auto& path : agents_.paths()) {
    Diagnostics said;
    if (auto file = load(path, said)) known.files.push_back(std::move(*file));
    std::ranges::move(said.errors, std::back_inserter(known.errors));
  }
  return known;
}

std::optional<AgentFile> AgentLibrary::parse(std::string_view text, const std::string& path, DelegateKind as,
                                             Diagnostics& diagnostics) const {
  auto known = known_below(path, as);
  known.base = {};
  return parse_agent_file(text, path, known, diagnostics);
}

std::optional<boost::json::object> AgentLibrary::flattened(const std::string& path, DelegateKind as) const {
  Problems said_by_load;
  std::vector<std::string> files;
  auto text = read_text_file(path);
  auto file = text.ok() ? read_extended(*text, path, bases_of(as), said_by_load, files) : std::nullopt;
  return file ? std::optional(file->document.root().get_object()) : std::nullopt;
}

std::optional<AgentFile> AgentLibrary::find(DelegateKind kind, std::string_view name) const {
  auto path = path_of(kind, name);
  return path ? std::optional(read(*path).value()) : std::nullopt;
}

std::optional<AgentFile> AgentLibrary::stored(DelegateKind kind, std::string_view name) const {
  return here_.stored ? here_.stored(kind, name) : std::nullopt;
}

KnownNames AgentLibrary::known_below(const std::string& parent, DelegateKind kind) const {
  KnownNames known{tools_, agents_.names(), skills_.names(), kind};
  known.environment = here_.environment;
  known.missing_delegates = here_.missing_delegates;
  known.targets = here_.targets;
  known.mcp_servers = here_.mcp_servers;
  known.base = bases_of(kind);
  if (here_.models) known.model_obstacle = [this](const std::string& name) { return obstacle_to(*here_.models, name); };
  if (here_.models) known.unpriced = [this](const std::string& name) { return unpriced_target(*here_.models, name); };
  if (here_.skill_packs)
    known.pack_obstacle = [this](const auto& packs) { return obstacle_to(*here_.skill_packs, packs); };
  known.is_stored = [this](DelegateKind kind, const std::string& name) {
    return obstacle_stored(kind, name) != kNoSuchFile;
  };
  known.obstacle = [this, parent](DelegateKind kind, const std::string& name) { return obstacle(kind, name, parent); };
  return known;
}

FindBase AgentLibrary::bases_of(DelegateKind kind) const {
  return [&files = files(kind)](const std::string& name) -> Result<std::string> {
    try {
      if (auto base = files.path_of(name)) return *base;
    } catch (const Error& error) {
      return error;
    }
    return failed("config.agent", "no " + files.kind() + " '" + std::string(clip(name, 80)) + "' in " + files.kind() +
                                      "s/" + did_you_mean(name, files.names()));
  };
}

// A file is looked at once, however many name it. One that is being looked at is no obstacle: the run that would close
// a circle is refused, and the others are not.
std::string AgentLibrary::obstacle(DelegateKind kind, const std::string& name, const std::string& parent) const {
  std::optional<std::string> path;
  try {
    path = path_of(kind, name);
  } catch (const Error& error) {
    return error.message();
  }
  if (!path) return obstacle_stored(kind, name);
  if (is_same_file(*path, parent)) return "it is this agent itself, and no run may stand below itself";
  auto [obstacle, is_new] = obstacles_.try_emplace({canonical_path(*path), kind});
  if (is_new) obstacle->second = obstacle_in(kind, *path);
  return obstacle->second;
}

std::string AgentLibrary::obstacle_stored(DelegateKind kind, const std::string& name) const {
  try {
    auto file = stored(kind, name);
    if (!file) return std::string(kNoSuchFile);
    auto unusable = unusable_as(kind, *file);
    return unusable ? unusable->message() : "";
  } catch (const Error& error) {
    return error.message();
  }
}

std::string AgentLibrary::obstacle_in(DelegateKind kind, const std::string& path) const {
  Diagnostics said;
  auto file = load_agent_file(path, known_below(path, kind_of(path)), said);
  if (!file) return first_of(said.errors, path);
  auto unusable = unusable_as(kind, *file);
  return unusable ? path + ": " + unusable->message() : "";
}

// The values of `agents` and `skills`, as far as they are lists of names.
const std::vector<AgentLibrary::Name>& AgentLibrary::delegates_in(const std::string& path) const {
  auto [names, is_new] = delegates_.try_emplace(path);
  Problems said_elsewhere;
  std::vector<std::string> files;
  auto text = is_new ? read_text_file(path) : Result<std::string>("");
  auto file =
      is_new && text.ok() ? read_extended(*text, path, bases_of(kind_of(path)), said_elsewhere, files) : std::nullopt;
  if (!file) return names->second;
  for (auto [key, kind] : {std::pair("agents", DelegateKind::agent), std::pair("skills", DelegateKind::skill)}) {
    const auto* list = file->document.root().get_object().if_contains(key);
    for (const auto& name : list && list->is_array() ? list->get_array() : boost::json::array{})
      if (name.is_string()) names->second.emplace_back(kind, name.get_string());
  }
  return names->second;
}

// Nothing where there is no such file, or more than one.
std::optional<std::string> AgentLibrary::canonical_path_of(const Name& name) const {
  auto [path, is_new] = paths_.try_emplace(name);
  if (!is_new) return path->second;
  try {
    if (auto found = path_of(name.first, name.second)) path->second = canonical_path(*found);
  } catch (const Error&) {  // said where the name stands
  }
  return path->second;
}

// Breadth first, so that the way that is shown is a shortest one.
std::string AgentLibrary::way_back(const Name& delegate, const std::string& parent) const {
  auto goal = canonical_path(parent);
  std::vector<std::pair<Name, std::string>> steps{{delegate, delegate.second}};  // a name, and the way to it
  std::set<std::string> seen;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto [name, way] = steps[i];
    auto path = canonical_path_of(name);
    if (!path || !seen.insert(*path).second) continue;
    if (*path == goal) return way;
    for (const auto& next : delegates_in(*path))
      steps.emplace_back(next, way + " -> " + std::string(clip(next.second, 80)));
  }
  return "";
}

}  // namespace executus
