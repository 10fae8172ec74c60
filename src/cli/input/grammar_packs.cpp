// The commands below `executus packs`.
#include "cli/input/grammar.hpp"

namespace executus::cli {

void Grammar::add_packs() {
  auto& packs = group("packs", "Skills from packages: SKILL.md files of folders and git repositories");
  packs.footer(R"(Examples:
  executus packs subscribe https://example.org/skills.git --path pdf
  executus packs check                      has a source something else by now?
  executus packs apply pdf                  use it from now on
An agent has the skills of the packs that its file names: skill_packs: [pdf])");
  auto subscribe = std::make_shared<PacksSubscribe>();
  auto& app = leaf(packs, "subscribe", "Bring a pack, and pin it to what its source has now", subscribe,
                   "  executus packs subscribe ./skills\n"
                   "  executus packs subscribe https://example.org/skills.git --ref v2 --path pdf --name pdf");
  app.add_option("SOURCE", subscribe->source, "A folder, or the URL of a git repository (https, ssh, git, file)")
      ->required()
      ->type_name("");
  text(app, "--name", subscribe->name, "What the pack is called here; default: as its folder or repository", "NAME");
  text(app, "--ref", subscribe->ref, "A branch, tag or whole commit id of the repository", "REF");
  text(app, "--path", subscribe->below, "A folder in the repository", "FOLDER");
  flag(app, "--dry-run", subscribe->dry_run, "Show what would be brought");
  auto check = std::make_shared<PacksCheck>();
  auto& check_app = leaf(packs, "check", "Look whether sources have changed, and note it; nothing else changes", check,
                         "  executus packs check\n  executus packs check pdf --json");
  check_app.add_option("PACK", check->packs, "Packs; default: all")->type_name("");
  flag(check_app, "--dry-run", check->dry_run, "Note nothing");
  auto apply = std::make_shared<PacksApply>();
  auto& apply_app = leaf(packs, "apply", "Use what the last check found from now on", apply,
                         "  executus packs apply pdf --dry-run\n  executus packs apply pdf");
  apply_app.add_option("PACK", apply->pack, "A pack")->required()->type_name("");
  flag(apply_app, "--dry-run", apply->dry_run, "Show what would change");
  auto remove = std::make_shared<PacksRemove>();
  auto& remove_app = leaf(packs, "remove", "Unsubscribe: agents have it no longer, runs that were started keep it",
                          remove, "  executus packs remove pdf --dry-run\n  executus packs remove pdf --yes");
  remove_app.add_option("PACK", remove->pack, "A pack")->required()->type_name("");
  flag(remove_app, "--dry-run", remove->dry_run, "Show which agents use it");
  flag(remove_app, "--yes", remove->yes, "Do not ask");
  leaf(packs, "list", "List packs and what is pending", std::make_shared<PacksList>(), "  executus packs list");
  auto show = std::make_shared<PacksShow>();
  leaf(packs, "show", "Show a pack: its source, its skills, and what is wrong with it", show,
       "  executus packs show pdf --json")
      .add_option("PACK", show->pack, "A pack")
      ->required()
      ->type_name("");
}

}  // namespace executus::cli
