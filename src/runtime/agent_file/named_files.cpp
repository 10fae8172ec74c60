#include "runtime/agent_file/named_files.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "base/text_file.hpp"
#include "base/yaml/yaml.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 2> kEndings{".yaml", ".yml"};

// What the file says it is called; "" when it cannot be read.
std::string name_in(const std::string& path) {
  auto text = read_text_file(path);
  if (!text.ok()) return "";
  auto document = parse_yaml(*text, path);
  if (!document.ok() || !document->root().is_object()) return "";
  const auto* name = document->root().get_object().if_contains("name");
  return name && name->is_string() ? std::string(name->get_string()) : "";
}

// Links to one file are one.
std::vector<std::string> without_links(const std::vector<std::string>& paths) {
  std::vector<std::string> different;
  for (const auto& path : paths)
    if (std::ranges::none_of(different, [&](const auto& other) { return is_same_file(path, other); }))
      different.push_back(path);
  return different;
}

std::optional<std::string> only_one(const std::string& kind, std::string_view name,
                                    const std::vector<std::string>& paths) {
  auto different = without_links(paths);
  if (different.empty()) return std::nullopt;
  if (different.size() == 1) return paths.front();
  std::string list;
  for (const auto& path : different) list += (list.empty() ? "" : path == different.back() ? " and " : ", ") + path;
  auto article = kind == "agent" ? "an " : "a ";
  throw failed("config.agent", "more than one file has " + (article + kind) + " '" + std::string(clip(name, 80)) +
                                   "': " + list + "; rename one, or give the file");
}

}  // namespace

std::vector<NamedFiles::Entry> NamedFiles::entries_in(const fs::path& folder) const {
  std::vector<Entry> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto& path = entry.path();
    if (std::ranges::find(kEndings, path.extension()) != kEndings.end())
      found.push_back({folder, path.string(), path.stem().string(), ""});
    for (const auto* ending : kEndings)
      if (auto inner = path / (kind_ + ending); fs::is_regular_file(inner, error))
        found.push_back({folder, inner.string(), path.filename().string(), ""});
  }
  return found;
}

const std::vector<NamedFiles::Entry>& NamedFiles::entries() const {
  if (entries_) return *entries_;
  entries_.emplace();
  for (const auto& folder : folders_) std::ranges::move(entries_in(folder), std::back_inserter(*entries_));
  for (auto& entry : *entries_) entry.name = name_in(entry.path);
  std::ranges::sort(*entries_, {}, &Entry::path);
  return *entries_;
}

std::vector<std::string> NamedFiles::paths() const {
  std::vector<std::string> paths;
  for (const auto& entry : entries()) paths.push_back(entry.path);
  return paths;
}

std::vector<std::string> NamedFiles::names() const {
  std::vector<std::string> names;
  for (const auto& entry : entries()) {
    names.push_back(entry.called);
    if (!entry.name.empty() && entry.name != entry.called) names.push_back(entry.name);
  }
  return names;
}

std::optional<std::string> NamedFiles::path_of(std::string_view name) const {
  for (auto called : {&Entry::name, &Entry::called})
    for (const auto& folder : folders_) {
      std::vector<std::string> paths;
      for (const auto& entry : entries())
        if (entry.folder == folder && entry.*called == name) paths.push_back(entry.path);
      if (auto path = only_one(kind_, name, paths)) return path;
    }
  return std::nullopt;
}

// By its path, which asks the system nothing; else by what it is.
const NamedFiles::Entry* NamedFiles::entry_of(const std::string& path) const {
  auto found = std::ranges::find(entries(), path, &Entry::path);
  if (found == entries().end())
    found = std::ranges::find_if(entries(), [&](const Entry& entry) { return is_same_file(entry.path, path); });
  return found == entries().end() ? nullptr : &*found;
}

bool NamedFiles::contains(const std::string& path) const { return entry_of(path) != nullptr; }

std::vector<std::string> NamedFiles::namesakes(const std::string& path, const std::string& name) const {
  std::vector<std::string> others;
  const auto* own = entry_of(path);
  for (const auto& entry : entries())
    if (own && entry.name == name && entry.folder == own->folder && !is_same_file(entry.path, path))
      others.push_back(entry.path);
  return without_links(others);
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || fs::equivalent(a, b, error);
}

}  // namespace executus
