#include "cli/commands/project/pack_finding.hpp"

#include <algorithm>

#include <executus/skillpack/activator.hpp>
#include <executus/skillpack/syncer.hpp>

namespace executus::cli {
namespace {

using Packs = std::vector<std::shared_ptr<const skillpack::Pack>>;

void add_problem(Finding& finding, const Error& error) {
  finding.problem += (finding.problem.empty() ? "" : "\n    ") + error.message();
}

Packs load_all(skillpack::PackStore& store, const std::vector<skillpack::Subscription>& all, Finding& finding) {
  Packs packs;
  for (const auto& each : all) try {
      packs.push_back(load_pack(store, each.name, each.pinned));
    } catch (const Error& error) {
      add_problem(finding, error);
    }
  return packs;
}

void add_counts(Finding& finding, const Packs& packs) {
  std::size_t skills = 0, broken = 0;
  for (const auto& pack : packs) {
    skills += pack->skills.size();
    broken += pack->broken.size();
  }
  finding.facts["skills"] = skills;
  finding.facts["broken_skills"] = broken;
}

}  // namespace

Finding check_packs(CommandContext& context) {
  Finding finding;
  auto& store = context.runtime().pack_store();
  try {
    auto all = store.list();
    finding.facts["packs"] = all.size();
    finding.facts["pending"] = std::ranges::count_if(all, [](const auto& each) { return each.pending.has_value(); });
    auto packs = load_all(store, all, finding);
    add_counts(finding, packs);
    // What an agent would be told that names all of them.
    auto catalog = skillpack::catalog_of(packs, skillpack::kCatalogCharacters);
    finding.facts["descriptions_are_cut"] = catalog.cut;
    if (catalog.cut) finding.facts["characters_of_a_description"] = catalog.description_characters;
  } catch (const Error& error) {
    add_problem(finding, error);
  }
  return finding;
}

}  // namespace executus::cli
