// Gives runs the skills of their packs: the shipped SkillPacks (executus/run/skill_packs.hpp). The model gets a
// catalog, names and descriptions, and reads of a skill what it asks for: its text, then files of it, page by page.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/base/ids.hpp>
#include <executus/base/log.hpp>
#include <executus/run/skill_packs.hpp>
#include <executus/skillpack/pack.hpp>
#include <executus/skillpack/store.hpp>

namespace executus::skillpack {

// Port: puts the files of a skill where a run's tools can use them.
//
// Called when the model first reads a skill that has files, and again when a resumed run reads it: idempotent. Absent,
// or when it throws: the model gets the names of the files alone. Threads: the run's strand.
class BundleStager {
 public:
  virtual ~BundleStager() = default;

  // Returns what the model is told of it, such as where they lie. `pack` holds the skill.
  [[nodiscard]] virtual Task<std::string> stage(std::shared_ptr<const Pack> pack, std::string skill) = 0;
};

inline constexpr std::size_t kCatalogCharacters = 4'000;

struct ActivatorOptions {
  // Of the catalog of a run. Descriptions are cut evenly to fit; names never are.
  std::size_t catalog_characters = kCatalogCharacters;
  // Makes the stager of a run, when it first needs one. Empty, or null from it: there is none.
  std::function<std::shared_ptr<BundleStager>(const RunId& run)> stager = {};
  Logger* logger = nullptr;
};

// Contents that were read once are kept in memory, some dozen packs. Threads: any.
class Activator final : public SkillPacks {
 public:
  // `store` and the logger outlive it and its tools.
  explicit Activator(PackStore& store, ActivatorOptions options = {}) : store_(store), options_(std::move(options)) {}

  [[nodiscard]] Result<ResolvedSkills> resolve(const std::vector<std::string>& names) override;
  [[nodiscard]] std::shared_ptr<tool::Tool> tool(const std::vector<PinnedPack>& packs) override;

 private:
  [[nodiscard]] std::shared_ptr<const Pack> load(const std::string& name, const Pin& pin);

  PackStore& store_;
  const ActivatorOptions options_;
  std::mutex mutex_;
  using Content = std::tuple<std::string, std::string, std::vector<MissingFile>>;  // name, digest, what is missing
  std::map<Content, std::shared_ptr<const Pack>> loaded_;
};

// The catalog of these packs, and how many characters of each description are in it; 0 with `cut`: none are.
struct Catalog {
  std::string text;
  bool cut = false;
  std::size_t description_characters = 0;
};
[[nodiscard]] Catalog catalog_of(const std::vector<std::shared_ptr<const Pack>>& packs, std::size_t characters);

}  // namespace executus::skillpack
