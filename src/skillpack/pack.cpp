#include <algorithm>
#include <utility>

#include <executus/skillpack/pack.hpp>

#include "base/text.hpp"
#include "base/yaml/yaml.hpp"

namespace executus::skillpack {
namespace {

constexpr std::string_view kManifest = "SKILL.md";

bool is_manifest(std::string_view path) {
  return path == kManifest || (path.ends_with(kManifest) && path[path.size() - kManifest.size() - 1] == '/');
}

std::string folder_of(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool lies_in(std::string_view path, std::string_view folder) {
  return folder.empty() || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

// The deepest of the folders that `path` lies in; null: in none of them.
const std::string* nearest(const std::vector<std::string>& folders, std::string_view path) {
  const std::string* found = nullptr;
  for (const auto& folder : folders)
    if (lies_in(path, folder) && (!found || folder.size() > found->size())) found = &folder;
  return found;
}

class Assembly {
 public:
  explicit Assembly(Pack& pack) : pack_(pack) {}

  void read() {
    for (const auto& file : pack_.tree.files)
      if (is_manifest(file.path)) folders_.push_back(folder_of(file.path));
    for (const auto& file : pack_.tree.files)
      if (is_manifest(file.path)) add(file);
    for (auto& skill : pack_.skills) give_files(skill);
    std::ranges::sort(pack_.skills, {}, [](const Skill& skill) { return skill.manifest.name; });
  }

 private:
  void add(const PackFile& file) {
    auto read = read_manifest(file.bytes, pack_.name + "/" + file.path);
    std::ranges::move(read.warnings, std::back_inserter(pack_.warnings));
    if (!read.manifest) return pack_.broken.push_back({file.path, std::move(read.errors)});
    auto folder = folder_of(file.path);
    const auto& name = read.manifest->name;
    if (const auto* other = pack_.find(name)) return refuse_second(file.path, name, *other);
    if (!folder.empty() && last_part(folder) != name)
      pack_.warnings.push_back(located(pack_.name + "/" + file.path, {}, "warning",
                                       "the folder is called '" + std::string(last_part(folder)) + "' and the skill '" +
                                           name + "': the skill's name counts"));
    pack_.skills.push_back({std::move(*read.manifest), std::move(folder), {}, {}});
  }

  void refuse_second(const std::string& path, const std::string& name, const Skill& other) {
    auto first = other.folder + (other.folder.empty() ? "" : "/") + std::string(kManifest);
    pack_.broken.push_back(
        {path,
         {located(pack_.name + "/" + path, {}, "error", "the pack has a skill '" + name + "' already, in " + first)}});
  }

  void give_files(Skill& skill) const {
    for (const auto& file : pack_.tree.files) {
      const auto* folder = is_manifest(file.path) ? nullptr : nearest(folders_, file.path);
      if (folder && *folder == skill.folder) skill.files.push_back(&file);
    }
    for (const auto& file : pack_.tree.missing)
      if (const auto* folder = nearest(folders_, file.path); folder && *folder == skill.folder)
        skill.missing.push_back(file);
  }

  Pack& pack_;
  std::vector<std::string> folders_;  // of all SKILL.md, also of broken ones
};

}  // namespace

const Skill* Pack::find(std::string_view skill) const {
  auto found = std::ranges::find(skills, skill, [](const Skill& each) { return std::string_view(each.manifest.name); });
  return found == skills.end() ? nullptr : &*found;
}

std::shared_ptr<const Pack> make_pack(std::string name, PackTree tree) {
  auto pack = std::make_shared<Pack>();
  pack->name = std::move(name);
  pack->tree = std::move(tree);
  Assembly(*pack).read();
  return pack;
}

}  // namespace executus::skillpack
