// The only file that knows CLI11.
#include "cli/command_line.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include <CLI/CLI.hpp>

#include <executus/base/error.hpp>

#include "base/text.hpp"
#include "cli/next_steps.hpp"
#include "cli/planned.hpp"

namespace executus::cli {
namespace {

Error usage_error(std::string message) { return failed("cli.usage", std::move(message)); }

// Checks of values, as CLI11 has them: what is wrong, or nothing.
std::string not_empty(const std::string& value) {
  return value.empty() ? "the value is empty; give one, or leave the option out" : "";
}

// CLI11 reads -1 into an unsigned number as the largest there is.
std::string digits_only(const std::string& value) {
  bool number = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
  return number ? "" : "'" + value + "' is no whole number from 0";
}

// A ready-made command pasted as it was printed must not settle anything.
std::function<std::string(const std::string&)> filled_in(std::string_view placeholder) {
  return [placeholder](const std::string& value) {
    return value == placeholder ? "put what happened in the place of " + value : std::string();
  };
}

// Builds the commands into one CLI11 app. The structs they are read into live as long as it.
class Grammar {
 public:
  Grammar() : app_("Durable LLM agents: a run that a crash cuts short is continued, not started over.", "executus") {
    app_.set_help_flag("-h,--help", "Show help; `executus COMMAND --help` has examples");
    flag(app_, "--version", version_, "Show the version");
    app_.require_subcommand(0, 1);
    add_globals(app_);
    app_.footer(R"(Examples:
  executus init helper                      write an agent file
  executus run helper "What is in here?"    run it
  executus recover                          continue what a crash or Ctrl-C left
  executus runs pending                     what waits for you
  executus models list                      which models there are, and which variables would help

Where state lives: --db, else EXECUTUS_DB, else $XDG_STATE_HOME/executus/executus.db
Exit codes: 0 ok, 1 error, 2 usage or configuration, 3 waits, 4 timeout, 5 killed, 6 quarantined, 7 cancelled,
130 left for recovery)");
    add_init();
    add_run();
    add_recover();
    add_runs();
    add_agents();
    add_lists();
  }

  CommandLine parse(const std::vector<std::string>& arguments);

 private:
  void add_globals(CLI::App& app) {
    flag(app, "--json", globals_.json, "Exactly one JSON value on stdout (events: one per line)");
    flag(app, "-q,--quiet", globals_.quiet, "Print ids only");
    text(app, "--db", globals_.database, "The database file", "PATH");
    text(app, "--config", globals_.config, "The project's configuration instead of executus.yaml", "FILE");
  }

  // A command that is executed with what is read into `options`.
  template <class Options>
  CLI::App& leaf(CLI::App& parent, const std::string& name, const std::string& what, std::shared_ptr<Options> options,
                 const std::string& examples) {
    auto& app = *parent.add_subcommand(name, what);
    add_globals(app);
    app.footer("Examples:\n" + examples);
    app.callback([this, options] { command_ = *options; });
    return app;
  }
  CLI::App& group(const std::string& name, const std::string& what) {
    auto& app = *app_.add_subcommand(name, what);
    app.require_subcommand(1);
    add_globals(app);
    return app;
  }
  // Given or not: it takes no value.
  static void flag(CLI::App& app, const std::string& name, bool& to, const std::string& what) {
    app.add_flag(name, to, what)->disable_flag_override();
  }
  // An option with a value that is not empty: an empty one is a shell variable that was not set.
  static CLI::Option& text(CLI::App& app, const std::string& name, std::string& to, const std::string& what,
                           const std::string& value) {
    return *app.add_option(name, to, what)->type_name(value)->option_text(value)->check(not_empty);
  }
  // One that may be given several times, each with one value.
  static void texts(CLI::App& app, const std::string& name, std::vector<std::string>& to, const std::string& what,
                    const std::string& value) {
    auto* option = app.add_option(name, to, what)->type_name(value)->option_text(value)->check(not_empty);
    option->expected(1)->take_all()->allow_extra_args(false);
  }
  // A whole number that is not negative.
  template <class Number>
  static CLI::Option& count(CLI::App& app, const std::string& name, Number& to, const std::string& what,
                            const std::string& value) {
    return *app.add_option(name, to, what)->type_name(value)->option_text(value)->check(digits_only);
  }
  // An option that is text, and known to be given or not.
  static CLI::Option* optional_text(CLI::App& app, const std::string& name, std::optional<std::string>& to,
                                    const std::string& what) {
    return app.add_option_function<std::string>(name, [&to](const std::string& text) { to = text; }, what);
  }
  // Refused by name: announced for a later version.
  static void planned_option(CLI::App& app, const std::string& name) {
    app.add_option_function<std::string>(
           name, [name](const std::string&) { throw usage_error(name + " is not in this version"); })
        ->group("");
  }
  static void run_argument(CLI::App& app, std::string& run) {
    app.add_option("RUN", run, "A run id, a unique beginning of one, or @last")->required()->type_name("");
  }

  static void add_cassette(CLI::App& app, Cassette& cassette);

  void add_init();
  void add_run();
  void add_recover();
  void add_runs();
  void add_runs_reading(CLI::App& runs);
  void add_runs_changing(CLI::App& runs);
  void add_models(CLI::App& models);
  void add_runs_answering(CLI::App& runs);
  void add_agents();
  void add_lists();

  void check_words(const std::vector<std::string>& arguments);
  [[nodiscard]] std::string explain(const CLI::ParseError& error, const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::vector<const CLI::App*> path() const;  // from the root to the command that was asked for
  [[nodiscard]] std::string command_name() const;           // "executus runs show"

  CLI::App app_;
  Globals globals_;
  bool version_ = false;
  std::optional<Command> command_;
};

void Grammar::add_init() {
  auto options = std::make_shared<Init>();
  auto& app = leaf(app_, "init", "Write a commented agent file and executus.yaml", options,
                   "  executus init\n  executus init triage");
  app.add_option("NAME", options->name, "The agent's name")->type_name("")->capture_default_str();
}

void Grammar::add_run() {
  auto o = std::make_shared<Run>();
  auto& app =
      leaf(app_, "run", "Start a run and show it until it ends", o, R"(  executus run triage "Why did the build fail?"
  executus run agents/triage.yaml --input service=db --json
  git diff | executus run reviewer -
  executus run triage "Nightly check" --detach      # queue it; `executus recover` runs it
  executus run triage "Why?" --record triage.cassette
  executus run triage "Why?" --replay triage.cassette     # the same answers again, without a provider

Ctrl-C leaves the run for recovery: `executus runs resume ID` continues it, `executus runs cancel ID` ends it.)");
  app.add_option("AGENT", o->agent, "An agent file, or a name in agents/")->required()->type_name("");
  optional_text(app, "PROMPT", o->prompt, "What to do; - reads it from standard input")->type_name("");
  texts(app, "--input,-i", o->inputs, "An input of the agent; repeatable", "NAME=VALUE");
  texts(app, "--image", o->images, "An image to look at; repeatable", "FILE");
  text(app, "--model", o->model, "Tier, alias or spec, instead of the agent's", "SPEC");
  text(app, "--root", o->root, "What file tools see, and where commands start", "DIR");
  text(app, "--run-id", o->run_id, "The run's id; the same id again attaches to that run", "ID");
  text(app, "--durability", o->durability, "strict, relaxed or memory", "MODE");
  flag(app, "--detach", o->detach, "Queue it for recover, and return");
  add_cassette(app, o->cassette);
  planned_option(app, "--file");
}

void Grammar::add_cassette(CLI::App& app, Cassette& cassette) {
  auto& record = text(app, "--record", cassette.record, "Append what models are asked and answer to FILE", "FILE");
  text(app, "--replay", cassette.replay,
       "Take models' answers from FILE: no provider, no key. Tools are called as ever", "FILE")
      .excludes(&record);
}

void Grammar::add_recover() {
  auto o = std::make_shared<Recover>();
  auto& app = leaf(
      app_, "recover", "Continue interrupted and queued runs until all have ended or wait", o,
      "  executus recover\n  executus recover @last\n  executus recover --dry-run --agent triage --since 2h\n"
      "  executus recover @last --record triage.cassette\n\n"
      "A run that a living worker drives is left to it. One that is named and held by a worker which shows no sign of\n"
      "life, because it was stopped, is taken over after 15 s.\n\n"
      "Exit codes: 0 all ok, 3 some wait (here or elsewhere), 1 some failed, 130 stopped by a signal.");
  app.add_option("RUN", o->runs, "Run ids; default: all that can be taken up")->type_name("");
  text(app, "--agent", o->agent, "Only runs of this agent", "NAME");
  text(app, "--since", o->since, "Only runs created since: 2h, 30d, 2026-01-31", "WHEN");
  flag(app, "--dry-run", o->dry_run, "Only list them");
  app.add_option("--concurrency", o->concurrency, "Runs at a time")->type_name("N")->capture_default_str();
  app.add_option("--max-attempts", o->max_attempts, "Attempts without progress before quarantine, or 'unlimited'")
      ->type_name("N")
      ->capture_default_str();
  add_cassette(app, o->cassette);
}

void Grammar::add_runs() {
  auto& runs = group("runs", "List, show and steer runs");
  runs.footer("`executus runs COMMAND --help` has examples. RUN is a run id, a unique beginning of one, or @last.");
  add_runs_reading(runs);
  add_runs_changing(runs);
}

void Grammar::add_runs_reading(CLI::App& runs) {
  auto list = std::make_shared<RunsList>();
  auto& list_app =
      leaf(runs, "list", "List runs, newest first", list,
           "  executus runs list --status waiting --status quarantined\n  executus runs list --since 1d -q\n"
           "  executus runs list --limit 20 --before 0192     # the 20 before that run");
  texts(list_app, "--status", list->statuses, "Only this status; repeatable", "STATUS");
  text(list_app, "--agent", list->agent, "Only runs of this agent", "NAME");
  text(list_app, "--caller", list->caller, "Only runs of this caller", "NAME");
  text(list_app, "--since", list->since, "Only runs created since: 2h, 30d, 2026-01-31", "WHEN");
  count(list_app, "--limit", list->limit, "At most so many; default: 50", "N");
  text(list_app, "--before", list->before, "Only runs older than this one: the next page", "RUN");

  auto show = std::make_shared<RunsShow>();
  run_argument(leaf(runs, "show", "Show a run and its transcript", show, "  executus runs show @last --json"),
               show->run);

  auto events = std::make_shared<RunsEvents>();
  auto& events_app = leaf(runs, "events", "Show a run's journal", events,
                          "  executus runs events @last\n  executus runs events 0192 -f --json\n\n"
                          "-f follows a run that waits, and ends with 130 where no process drives it.");
  events_app.alias("logs");
  run_argument(events_app, events->run);
  flag(events_app, "-f,--follow", events->follow, "Go on until the run has ended");
  count(events_app, "--after", events->after, "Only entries after this one", "SEQ");

  auto digest = std::make_shared<RunsDigest>();
  run_argument(
      leaf(runs, "digest", "Print the digest of what a run said and did", digest, "  executus runs digest @last"),
      digest->run);

  auto wait = std::make_shared<RunsWait>();
  run_argument(
      leaf(runs, "wait", "Wait until a run has ended or waits; exit code and output as `run`", wait,
           "  executus runs wait 0192 --json\n\n"
           "A run that no process drives is not waited for: exit code 130, with the command that continues it."),
      wait->run);

  auto tree = std::make_shared<RunsTree>();
  run_argument(leaf(runs, "tree", "Show a run and the runs below it", tree, "  executus runs tree @last"), tree->run);

  leaf(runs, "pending", "List what waits for a person, with the commands that answer it",
       std::make_shared<RunsPending>(), "  executus runs pending");
}

void Grammar::add_runs_changing(CLI::App& runs) {
  auto resolve = std::make_shared<RunsResolve>();
  auto& app = leaf(runs, "resolve", "Say what happened to a call that is in doubt", resolve,
                   R"(  executus runs resolve @last --completed '{"id": 17}'
  executus runs resolve 0192 --call call_1 --failed "card declined"
  executus runs resolve 0192 --retry)");
  run_argument(app, resolve->run);
  text(app, "--call", resolve->call, "Which call; needed only when several are in doubt", "CALL_ID");
  optional_text(app, "--completed", resolve->completed, "It happened; this is its result")
      ->type_name("JSON")
      ->check(filled_in(kResultPlaceholder));
  optional_text(app, "--failed", resolve->failed, "It did not happen, and the model is told why")
      ->type_name("TEXT")
      ->check(filled_in(kReasonPlaceholder));
  flag(app, "--retry", resolve->retry, "It did not happen: send it again");

  auto cancel = std::make_shared<RunsCancel>();
  auto& cancel_app = leaf(runs, "cancel", "End a run, wherever it runs", cancel, "  executus runs cancel @last --yes");
  run_argument(cancel_app, cancel->run);
  flag(cancel_app, "--dry-run", cancel->dry_run, "Only say what would be done");
  flag(cancel_app, "--yes", cancel->yes, "Do not ask");

  add_runs_answering(runs);
  auto resume = std::make_shared<RunsResume>();
  auto& resume_app = leaf(runs, "resume", "Continue one run here and show it; exit code and output as `run`", resume,
                          "  executus runs resume @last\n  executus runs resume @last --record triage.cassette");
  run_argument(resume_app, resume->run);
  add_cassette(resume_app, resume->cassette);
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
      "--refresh", list->refresh, "Ask each provider which models it has; without it nobody is asked");
  auto test = std::make_shared<ModelsTest>();
  leaf(models, "test", "Ask a model for one word, and explain what goes wrong", test,
       "  executus models test fast\n  executus models test openai/MODEL --json")
      .add_option("MODEL", test->model, kModel)
      ->required()
      ->type_name("");
  auto bench = std::make_shared<ModelsBench>();
  auto& bench_app = leaf(models, "bench", "Have a model not asked, in all processes that use this database", bench,
                         "  executus models bench openai/MODEL --for 2h --reason \"too slow today\"");
  bench_app.add_option("MODEL", bench->model, kModel)->required()->type_name("");
  text(bench_app, "--for", bench->duration, "How long: 30m, 2h; default: until it is taken back", "TIME");
  text(bench_app, "--reason", bench->reason, "Shown wherever the model is passed over", "TEXT");
  auto unbench = std::make_shared<ModelsUnbench>();
  leaf(models, "unbench", "Have a model asked again", unbench, "  executus models unbench openai/MODEL")
      .add_option("MODEL", unbench->model, kModel)
      ->required()
      ->type_name("");
}

void Grammar::add_runs_answering(CLI::App& runs) {
  auto steer = std::make_shared<RunsSteer>();
  auto& steer_app =
      leaf(runs, "steer", "Say something to a run; it hears it before its next model call", steer,
           "  executus runs steer @last \"only look at the last hour\"\n  executus runs steer 0192 - < note.txt");
  run_argument(steer_app, steer->run);
  steer_app.add_option("TEXT", steer->text, "What to say, or '-' for standard input")->required()->type_name("");

  for (bool approved : {true, false}) {
    auto answer = std::make_shared<RunsApprove>();
    answer->approved = approved;
    const char* name = approved ? "approve" : "reject";
    auto& app =
        leaf(runs, name, approved ? "Let a call happen that waits for it" : "Forbid a call that waits for it", answer,
             "  executus runs " + std::string(name) + " @last\n  executus runs " + name +
                 " 0192 --call call_1 --reason \"as agreed\"");
    run_argument(app, answer->run);
    text(app, "--call", answer->call, "Which call; needed only when several wait", "CALL_ID");
    text(app, "--reason", answer->reason, "Why; the model sees it with a rejection", "TEXT");
  }
}

void Grammar::add_agents() {
  auto& agents = group("agents", "Check and list agent files");
  agents.footer("`executus agents COMMAND --help` has examples.");
  auto validate = std::make_shared<AgentsValidate>();
  auto& app = leaf(agents, "validate", "Report everything that is wrong with agent files", validate,
                   "  executus agents validate\n  executus agents validate agents/*.yaml --json");
  app.add_option("AGENT", validate->agents, "Files, or names in agents/; default: all of agents/")->type_name("");
  leaf(agents, "list", "List the agents of this project", std::make_shared<AgentsList>(), "  executus agents list");
  auto show = std::make_shared<AgentsShow>();
  auto& show_app =
      leaf(agents, "show", "Show an agent as it would be stored", show, "  executus agents show triage --json");
  show_app.add_option("AGENT", show->agent, "An agent file, or a name in agents/")->required()->type_name("");
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
  count(bench_app, "--waiting", bench->waiting_runs, "How many runs wait for a model; default: 10000", "N");
  leaf(app_, "version", "Show the version", std::make_shared<Version>(), "  executus version --json");
}

// CLI11 would take the argument behind `--db=` for its value.
void check_values(const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    if (argument == "--") return;
    if (!argument.starts_with("--") || argument.find('=') != argument.size() - 1) continue;
    auto name = argument.substr(0, argument.size() - 1);
    throw usage_error(name + ": " + not_empty(""));
  }
}

// The first two arguments that are no options: the command, and its subcommand where it has some.
std::vector<std::string> command_words(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size() && words.size() < 2; ++i) {
    if (arguments[i] == "--db" || arguments[i] == "--config")
      ++i;
    else if (!arguments[i].starts_with('-'))
      words.push_back(arguments[i]);
  }
  return words;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* each : app.get_subcommands({})) names.push_back(each->get_name());
  return names;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// CLI11 takes a misspelt command for a stray argument: it is found before.
void Grammar::check_words(const std::vector<std::string>& arguments) {
  auto words = command_words(arguments);
  if (words.empty()) return;
  if (auto refusal = planned_command(words)) throw usage_error(*refusal);
  auto names = subcommand_names(app_);
  if (std::find(names.begin(), names.end(), words[0]) == names.end())
    throw usage_error("unknown command '" + words[0] + "'" + did_you_mean(words[0], names) +
                      "\n  `executus --help` lists the commands");
  auto inner = subcommand_names(*app_.get_subcommand(words[0]));
  if (inner.empty()) return;
  bool help = std::any_of(arguments.begin(), arguments.end(), [](const auto& a) { return a == "-h" || a == "--help"; });
  if (words.size() < 2 && !help)
    throw usage_error("`executus " + words[0] + "` needs a subcommand: " + joined_words(inner));
  if (words.size() < 2) return;
  if (words[0] == "runs") inner.emplace_back("logs");
  if (std::find(inner.begin(), inner.end(), words[1]) == inner.end())
    throw usage_error("unknown command '" + words[0] + " " + words[1] + "'" + did_you_mean(words[1], inner) +
                      "\n  `executus " + words[0] + " --help` lists the commands");
}

std::vector<const CLI::App*> Grammar::path() const {
  std::vector<const CLI::App*> path{&app_};
  while (!path.back()->get_subcommands().empty()) path.push_back(path.back()->get_subcommands().front());
  return path;
}

std::string Grammar::command_name() const {
  std::string name;
  for (const auto* app : path()) name += (name.empty() ? "" : " ") + app->get_name();
  return name;
}

std::string Grammar::explain(const CLI::ParseError& error, const std::vector<std::string>& arguments) const {
  std::vector<std::string> names;
  for (const auto* option : path().back()->get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  std::string text = error.what();
  if (auto override = text.find(" was given a disallowed flag override"); override != std::string::npos)
    text = "--" + text.substr(0, override) + " takes no value";
  for (const auto& argument : arguments) {
    auto name = argument.substr(0, argument.find('='));
    if (name == "--") break;
    if (!name.starts_with("--") || std::find(names.begin(), names.end(), name) != names.end()) continue;
    text = "unknown option '" + name + "'" + did_you_mean(name, names);
    break;
  }
  return text + "\n  `" + command_name() + " --help` shows how";
}

// Help puts the command's own name behind it.
std::string prefix_of(const std::string& command) {
  auto space = command.rfind(' ');
  return space == std::string::npos ? "" : command.substr(0, space);
}

CommandLine Grammar::parse(const std::vector<std::string>& arguments) {
  CommandLine line;
  if (arguments.empty()) {
    line.text = app_.help();
    return line;
  }
  check_words(arguments);
  check_values(arguments);
  try {
    app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    line.text = path().back()->help(prefix_of(command_name()));
    return line;
  } catch (const CLI::ParseError& error) {
    throw usage_error(explain(error, arguments));
  }
  line.globals = globals_;
  line.command = command_;
  if (version_ && !command_) line.command = Version{};
  if (!line.command) line.text = app_.help();
  return line;
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) { return Grammar().parse(arguments); }

}  // namespace executus::cli
