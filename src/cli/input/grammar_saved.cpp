// The commands about saved agents and skills, and their versions.
#include "cli/input/grammar.hpp"

namespace executus::cli {

// `what`: what a person calls them.
void Grammar::add_saved(CLI::App& definitions, Noun noun, const std::string& what) {
  const auto group = "  executus " + what + "s ", folder = what + "s/";
  const std::string example = noun == Noun::agent ? "triage" : "summarise",
                    argument = noun == Noun::agent ? "AGENT" : "SKILL";
  const auto name_of = [&](CLI::App& app, std::string& to) {
    app.add_option(argument, to, "The name of a saved " + what)->required()->type_name("");
  };
  const auto sees = "Who asks: it has its own saved ones, and those it is let see";

  auto import = std::make_shared<AgentsImport>(AgentsImport{noun});
  auto& import_app =
      leaf(definitions, "import", "Save " + what + " files in the database: all of them, or none", import,
           group + "import " + folder + example + ".yaml\n" + group + "import " + folder + " --caller ann");
  import_app.add_option("FILE", import->paths, "Files, and folders of files")->required()->type_name("");
  caller(import_app, import->caller, "Whose they become");
  flag(import_app, "--dry-run", import->dry_run, "Show what would be saved");

  auto out = std::make_shared<AgentsExport>(AgentsExport{noun});
  auto& export_app = leaf(definitions, "export", "Print a saved " + what + " as a file", out,
                          group + "export " + example + " -o " + folder + example + ".yaml\n" + group + "export " +
                              example + " --version 2");
  name_of(export_app, out->agent);
  export_app.add_option("--version", out->version, "Which one; default: the newest")->type_name("N")->check(from_one);
  text(export_app, "-o,--output", out->output, "Write this file instead; it must not be there", "FILE");
  caller(export_app, out->caller, sees);

  auto diff = std::make_shared<AgentsDiff>(AgentsDiff{noun});
  auto& diff_app = leaf(definitions, "diff", "Show what differs between two versions", diff,
                        group + "diff " + example + "            the newest, and the one before\n" + group + "diff " +
                            example + " 2          version 2, and the newest\n" + group + "diff " + example + " 2 3");
  name_of(diff_app, diff->agent);
  diff_app.add_option("VERSION", diff->versions, "One version, or two")->type_name("")->expected(0, 2)->check(from_one);
  caller(diff_app, diff->caller, sees);

  auto back = std::make_shared<AgentsRollback>(AgentsRollback{noun});
  auto& back_app = leaf(definitions, "rollback", "Save an older version again, as the newest", back,
                        group + "rollback " + example + " 2 --dry-run\n" + group + "rollback " + example + " 2");
  name_of(back_app, back->agent);
  back_app.add_option("VERSION", back->version, "Which one")->required()->type_name("")->check(from_one);
  caller(back_app, back->caller, "Whose it is");
  flag(back_app, "--dry-run", back->dry_run, "Show what would change");
  flag(back_app, "--yes", back->yes, "Do not ask");

  auto gone = std::make_shared<AgentsRemove>(AgentsRemove{noun});
  auto& gone_app = leaf(definitions, "remove", "Remove a saved " + what + " with all its versions", gone,
                        group + "remove " + example + " --dry-run\n" + group + "remove " + example + " --yes");
  name_of(gone_app, gone->agent);
  caller(gone_app, gone->caller, "Whose it is");
  flag(gone_app, "--dry-run", gone->dry_run, "Show what would go");
  flag(gone_app, "--yes", gone->yes, "Do not ask");
}

}  // namespace executus::cli
