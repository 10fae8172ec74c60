// The commands about agents, tools, models and the machine.
#include "cli/input/grammar.hpp"

namespace executus::cli {

void Grammar::add_agents() {
  add_definitions(group("agents", "Agents: those of files, saved ones, built-in ones"), Noun::agent, "agent");
  add_definitions(group("skills", "Skills: those of files, and saved ones"), Noun::skill, "skill");
}

// `what`: what a person calls them; their folder is called so too.
void Grammar::add_definitions(CLI::App& definitions, Noun noun, const std::string& what) {
  const auto group = "  executus " + what + "s ", folder = what + "s/";
  definitions.footer("`executus " + what + "s COMMAND --help` has examples.");
  auto validate = std::make_shared<AgentsValidate>(AgentsValidate{noun, {}});
  auto& app = leaf(definitions, "validate", "Report everything that is wrong with " + what + " files", validate,
                   group + "validate\n" + group + "validate " + folder + "*.yaml --json");
  app.add_option(noun == Noun::agent ? "AGENT" : "SKILL", validate->agents,
                 "Files, or names in " + folder + "; default: all of " + folder)
      ->type_name("");
  auto list = std::make_shared<AgentsList>(AgentsList{noun});
  auto& list_app =
      leaf(definitions, "list", "List " + what + "s: of files, saved" + (noun == Noun::agent ? ", built in" : ""), list,
           group + "list\n" + group + "list --json");
  caller(list_app, list->caller, "Whose saved ones: its own, and those it is let see");
  auto show = std::make_shared<AgentsShow>(AgentsShow{noun, ""});
  auto& show_app = leaf(definitions, "show", "Show one as a run would store it, with where each value comes from", show,
                        group + "show " + (noun == Noun::agent ? "triage" : "summarise") + " --json");
  show_app
      .add_option(noun == Noun::agent ? "AGENT" : "SKILL", show->agent,
                  "A file, a name in " + folder + ", or that of a saved one")
      ->required()
      ->type_name("");
  show_app.add_flag("--graph{text}", show->graph, "Its phases and what follows each: as text, or --graph=mermaid")
      ->check(CLI::IsMember({"text", "mermaid"}));
  caller(show_app, show->caller, "Who looks: of saved ones its own, and those it is let see");
  add_saved(definitions, noun, what);
}

void Grammar::add_schedule() {
  auto& schedule = group("schedule", "When agents run by themselves");
  const std::string whose = "Whose saved agents: its own";
  auto list = std::make_shared<ScheduleList>();
  auto& list_app = leaf(schedule, "list", "List schedules: when they come next, and what became of the last time", list,
                        "  executus schedule list\n  executus schedule list --json");
  caller(list_app, list->caller, whose + ", and those it is let see");
  auto run = std::make_shared<ScheduleRun>();
  auto& run_app = leaf(schedule, "run", "Queue the run of a schedule now; its times stay as they are", run,
                       "  executus schedule run report\n  executus schedule run saved/ann/report --caller ann");
  run_app.add_option("AGENT", run->agent, "An agent file with a schedule, a name in agents/, or a saved agent")
      ->required()
      ->type_name("");
  caller(run_app, run->caller, whose);
  auto pause = std::make_shared<SchedulePause>();
  add_schedule_change(leaf(schedule, "pause", "Let a schedule do nothing until it is resumed", pause,
                           "  executus schedule pause report"),
                      pause->name, pause->caller);
  auto resume = std::make_shared<ScheduleResume>();
  add_schedule_change(leaf(schedule, "resume", "Let a paused schedule go on, with the times that come from now", resume,
                           "  executus schedule resume report"),
                      resume->name, resume->caller);
  auto remove = std::make_shared<ScheduleRemove>();
  add_schedule_change(leaf(schedule, "remove", "Forget a schedule whose agent is gone; its runs stay", remove,
                           "  executus schedule remove report"),
                      remove->name, remove->caller);
  add_schedule_next(schedule);
}

void Grammar::add_schedule_change(CLI::App& app, std::string& name, std::string& whose) {
  app.add_option("NAME", name, "As `executus schedule list` shows it")->required()->type_name("");
  caller(app, whose, "Whose saved agents: its own");
}

void Grammar::add_schedule_next(CLI::App& schedule) {
  auto next = std::make_shared<ScheduleNext>();
  auto& app =
      leaf(schedule, "next", "Show when a schedule comes", next,
           "  executus schedule next report\n"
           "  executus schedule next --cron \"30 2 * * *\" --timezone Europe/Berlin --after 2026-03-28 --count 3");
  app.add_option("AGENT", next->agent, "An agent file with a schedule, a name in agents/, or a saved agent")
      ->type_name("");
  text(app, "--cron", next->cron, "A cron expression instead of an agent", "EXPR");
  text(app, "--timezone", next->timezone, "Of --cron, such as Europe/Berlin; default: UTC", "TZ");
  text(app, "--after", next->after, "Times after 2026-01-31 or 2026-01-31T09:00:00Z; default: now", "TIME");
  count_from_one(app, "--count", next->count, "How many; default: 5", "N");
  caller(app, next->caller, "Whose saved agents: its own, and those it is let see");
}

void Grammar::add_lists() {
  leaf(group("tools", "The tools agents can name"), "list", "List the built-in tools", std::make_shared<ToolsList>(),
       "  executus tools list");
  add_models(group("models", "The models agents can name"));
  leaf(app_, "doctor", "Check store and providers, and say what to fix", std::make_shared<Doctor>(),
       "  executus doctor\n  executus doctor --json");
  auto bench = std::make_shared<Bench>();
  auto& bench_app = leaf(app_, "bench", "Measure what a durable step costs on this machine", bench,
                         "  executus bench\n  executus bench --dir /var/lib/executus --json");
  text(bench_app, "--dir", bench->directory, "A directory on the disk to measure; default: this one", "DIR");
  bench_app.add_option("--seconds", bench->seconds, "How long to measure each number of runs; default: 5");
  count_from_one(bench_app, "--waiting", bench->waiting_runs, "How many runs wait for a model; default: 10000", "N");
  leaf(app_, "version", "Show the version", std::make_shared<Version>(), "  executus version --json");
}

void Grammar::add_completion() {
  auto& completion = group("completion", "Have a shell complete commands, options, agents and runs");
  completion.footer(R"(Examples:
  source <(executus completion bash)        # in ~/.bashrc
  source <(executus completion zsh)         # in ~/.zshrc, behind compinit
  executus completion fish | source         # in ~/.config/fish/config.fish)");
  for (const char* shell : {"bash", "zsh", "fish"}) {
    auto options = std::make_shared<Completion>();
    options->shell = shell;
    leaf(completion, shell, "Print the script for " + std::string(shell), options,
         "  executus completion " + std::string(shell));
  }
  auto words = std::make_shared<CompletionWords>();
  auto& app = leaf(completion, "words", "For these scripts: what may stand here", words,
                   "  executus completion words -- wruns wsh");
  app.add_option("WORD", words->typed)->type_name("");
  app.group("");
}

void Grammar::add_models(CLI::App& models) {
  models.footer(R"(Examples:
  executus models list                      which providers and tiers there are
  executus models test fast                 does it answer?
  executus models list --refresh            which models, as their servers tell)");
  constexpr const char* kModel = "A spec such as openai/MODEL, a tier or an alias (then all of its models)";
  auto list = std::make_shared<ModelsList>();
  flag(
      leaf(
          models, "list", "List providers, tiers and what is out of favour", list,
          "  executus models list\n  OPENAI_API_KEY=... executus models list\n  executus models list --refresh --json"),
      "--refresh", list->refresh, "Ask each provider which models it has; without it no provider is asked");
  auto test = std::make_shared<ModelsTest>();
  leaf(models, "test", "Ask a model for one word, and explain what goes wrong", test,
       "  executus models test fast\n  executus models test openai/MODEL --json")
      .add_option("MODEL", test->model, kModel)
      ->required()
      ->type_name("");
  auto suspend = std::make_shared<ModelsSuspend>();
  auto& suspend_app = leaf(models, "suspend", "Have a model not asked, in all processes that use this database",
                           suspend, "  executus models suspend openai/MODEL --for 2h --reason \"too slow today\"");
  suspend_app.alias("bench");
  suspend_app.add_option("MODEL", suspend->model, kModel)->required()->type_name("");
  text(suspend_app, "--for", suspend->duration, "How long: 30m, 2h; default: until it is restored", "TIME");
  text(suspend_app, "--reason", suspend->reason, "Shown wherever the model is passed over", "TEXT");
  auto restore = std::make_shared<ModelsRestore>();
  auto& restore_app =
      leaf(models, "restore", "Have a model asked again", restore, "  executus models restore openai/MODEL");
  restore_app.alias("unbench");
  restore_app.add_option("MODEL", restore->model, kModel)->required()->type_name("");
}

}  // namespace executus::cli
