#include <algorithm>

#include <executus/skillpack/activator.hpp>
#include <executus/skillpack/syncer.hpp>

#include "base/among.hpp"
#include "base/text.hpp"
#include "skillpack/catalog.hpp"
#include "skillpack/skill_set.hpp"
#include "skillpack/skill_use.hpp"
#include "skillpack/unknown_pack.hpp"

namespace executus::skillpack {
namespace {

constexpr std::size_t kMostLoaded = 48;  // packs

// What names of an agent stand for.
class Choice {
 public:
  using Load = std::function<std::shared_ptr<const Pack>(const Subscription&)>;
  Choice(std::vector<Subscription> all, Load load) : all_(std::move(all)), load_(std::move(load)) {}

  void add(const std::string& name) {
    if (const auto* whole = find(name)) return pin(*whole, load_(*whole)->skills);
    auto slash = name.find('/');
    if (slash != std::string::npos) return add_of_pack(name.substr(0, slash), name);
    SkillSet set;
    for (const auto& each : all_) add_skills(set, load_(each), {});
    auto chosen = find_skill(set, name);
    if (!chosen.ok() && chosen.error().code() == "skillpack.unknown") throw unknown(name, set);
    pin(*find(chosen.value().pack->name), {*chosen.value().skill});
  }

  std::vector<PinnedPack> take() { return std::move(pinned_); }

 private:
  const Subscription* find(std::string_view pack) const {
    auto found = std::ranges::find(all_, pack, &Subscription::name);
    return found == all_.end() ? nullptr : &*found;
  }

  void add_of_pack(const std::string& pack, const std::string& name) {
    const auto* subscription = find(pack);
    if (!subscription) throw unknown(name, {});
    SkillSet set;
    add_skills(set, load_(*subscription), {});
    pin(*subscription, {*find_skill(set, name).value().skill});
  }

  // The names of all skills are kept: what an entry means is not to change with what another one adds.
  void pin(const Subscription& subscription, const std::vector<Skill>& skills) {
    auto there = std::ranges::find(pinned_, subscription.name, &PinnedPack::pack);
    if (there == pinned_.end()) {
      pinned_.push_back({subscription.name, subscription.pinned.digest, {}, subscription.pinned.missing});
      there = std::prev(pinned_.end());
    }
    for (const auto& skill : skills)
      if (!is_among(skill.manifest.name, there->skills)) there->skills.push_back(skill.manifest.name);
  }

  Error unknown(const std::string& name, const SkillSet& set) const {
    std::vector<std::string> names;
    for (const auto& each : all_) names.push_back(each.name);
    for (const auto& each : set) names.push_back(each.skill->manifest.name);
    return unknown_pack(name, names);
  }

  const std::vector<Subscription> all_;
  const Load load_;
  std::vector<PinnedPack> pinned_;
};

Pin pin_of(const PinnedPack& pinned) { return {pinned.digest, "", {}, pinned.missing}; }

}  // namespace

std::shared_ptr<const Pack> Activator::load(const std::string& name, const Pin& pin) {
  std::lock_guard lock(mutex_);
  auto known = loaded_.find({name, pin.digest, pin.missing});
  if (known != loaded_.end()) return known->second;
  auto pack = load_pack(store_, name, pin);
  if (loaded_.size() > kMostLoaded) loaded_.clear();
  return loaded_[{name, pin.digest, pin.missing}] = pack;
}

Result<ResolvedSkills> Activator::resolve(const std::vector<std::string>& names) {
  try {
    Choice choice(store_.list(), [this](const Subscription& each) { return load(each.name, each.pinned); });
    for (const auto& name : names) choice.add(name);
    ResolvedSkills resolved{choice.take(), ""};
    SkillSet set;
    for (const auto& each : resolved.packs) add_skills(set, load(each.pack, pin_of(each)), each.skills);
    resolved.catalog = catalog_of(set, options_.catalog_characters).text;
    return resolved;
  } catch (const Error& error) {
    return error;
  }
}

std::shared_ptr<tool::Tool> Activator::tool(const std::vector<PinnedPack>& packs) {
  SkillSet set;
  for (const auto& each : packs) add_skills(set, load(each.pack, pin_of(each)), each.skills);
  return make_skill_use(std::move(set), options_);
}

}  // namespace executus::skillpack
