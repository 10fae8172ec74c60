// The commands that start runs and continue them.
#include "cli/input/grammar.hpp"

namespace executus::cli {

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
  executus run triage "Nightly check" --detach      # queue it; a worker runs it, or `recover`
  executus run triage "Why?" --record triage.cassette
  executus run triage "Why?" --replay triage.cassette     # the same answers again, without a provider
  executus run triage --continue @last "And since when?"  # goes on from the agent's newest run

Ctrl-C leaves the run for recovery: `executus runs resume ID` continues it, `executus runs cancel ID` ends it.)");
  app.add_option("AGENT", o->agent, "A file, a name in agents/, or that of a saved or built-in agent")
      ->required()
      ->type_name("");
  optional_text(app, "PROMPT", o->prompt, "What to do; - reads it from standard input")->type_name("");
  texts(app, "--input,-i", o->inputs, "An input of the agent; repeatable", "NAME=VALUE");
  texts(app, "--image", o->images, "An image to look at; repeatable", "FILE");
  texts(app, "--file", o->files, "A file that is kept with the run and that read_file shows; repeatable", "FILE");
  text(app, "--model", o->model, "Tier, alias or spec, instead of the agent's", "SPEC");
  text(app, "--root", o->root, "What file tools see, and where commands start", "DIR");
  caller(app, o->caller, "For whom: the run's caller, who sees its own saved agents");
  text(app, "--run-id", o->run_id, "The run's id; the same id again attaches to that run", "ID");
  text(app, "--durability", o->durability, "strict, relaxed, memory or lazy", "MODE");
  text(app, "--deliver", o->deliver, "Where the end goes too: a target that executus.yaml names", "NAME");
  text(app, "--continue", o->continues, "Go on from this run's conversation; @last: the agent's newest", "RUN");
  flag(app, "--old-definition", o->old_definition, "With --continue: the agent as that run had it");
  app.add_option("--priority", o->priority, "Those with the higher one are taken up first; default: 0")
      ->type_name("N")
      ->option_text("N")
      ->check(CLI::Range(-1000, 1000));
  flag(app, "--detach", o->detach, "Queue it for a worker or recover, and return");
  add_cassette(app, o->cassette);
}

void Grammar::add_chat() {
  auto o = std::make_shared<Chat>();
  auto& app =
      leaf(app_, "chat", "Talk to an agent: each message goes on from the answer before", o,
           "  executus chat triage\n  executus chat triage --continue @last\n"
           "  executus chat --continue 0197\n  printf 'Which?\\nSince when?\\n' | executus chat triage\n\n"
           "On a terminal: /help lists commands; Ctrl-C stops an answer, and what was shown of it stays; /quit\n"
           "leaves. From a pipe: a line each, and an answer each; a turn that does not end well ends it.\n\n"
           "Exit codes: 0 left by /quit or at the end, 130 by a signal; from a pipe that of the turn that failed.");
  app.add_option("AGENT", o->choice.agent, "An agent file, or a name in agents/")->type_name("");
  text(app, "--continue", o->continues, "Go on from this run's conversation; @last: the agent's newest", "RUN");
  texts(app, "--input,-i", o->choice.inputs, "An input of the agent; repeatable", "NAME=VALUE");
  text(app, "--model", o->choice.model, "Tier, alias or spec, instead of the agent's", "SPEC");
  caller(app, o->caller, "For whom: the caller of its runs, who sees its own saved agents");
  text(app, "--root", o->choice.root, "What file tools see, and where commands start", "DIR");
  add_cassette(app, o->cassette);
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

void Grammar::add_worker() {
  auto o = std::make_shared<Work>();
  auto& app = leaf(app_, "worker", "Keep running what is queued, and what a crash or Ctrl-C left", o,
                   R"(  executus worker
  executus worker --concurrency 64 --agent triage --agent report --log json
  executus run triage "Nightly check" --detach      # is done by a worker

Any number of workers share a database. SIGTERM or Ctrl-C: takes up nothing more, leaves each run at its next
step, gives calls in flight --drain seconds to end (those with effects 5 s more), and exits with 0; a second one leaves
at once, with 130. SIGHUP reads executus.yaml again: runs that are opened afterwards get the new models. The log goes to
standard error; --json prints what it came to at the end.)");
  app.add_option("--concurrency", o->concurrency, "Runs at a time")->type_name("N")->capture_default_str();
  app.add_option("--starts-per-second", o->starts_per_second,
                 "Runs that it begins with at most, so that what a crash left does not storm a provider; 0: no bound")
      ->type_name("N")
      ->check(digits_only)
      ->capture_default_str();
  texts(app, "--agent", o->agents, "Only runs of this agent; repeatable", "NAME");
  app.add_option("--max-attempts", o->max_attempts, "Attempts without progress before quarantine, or 'unlimited'")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--drain", o->drain_seconds, "How long calls in flight get to end when it is told to leave")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--log", o->log, "A line for each event, as text or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

}  // namespace executus::cli
