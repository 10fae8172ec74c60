#include "cli/input/grammar.hpp"

namespace executus::cli {

Grammar::Grammar()
    : app_("Durable LLM agents: a run that a crash cuts short is continued, not started over.", "executus") {
  app_.set_help_flag("-h,--help", "Show help; `executus COMMAND --help` has examples");
  flag(app_, "--version", version_, "Show the version");
  app_.require_subcommand(0, 1);
  add_globals(app_);
  app_.footer(R"(Examples:
  executus init helper                      write an agent file
  executus run helper "What is in here?"    run it
  executus recover                          continue what a crash or Ctrl-C left
  executus worker                           keep doing that, and run what is queued
  executus runs pending                     what waits for you
  executus models list                      which models there are, and which variables would help

Where state lives: --db, else EXECUTUS_DB, else $XDG_STATE_HOME/executus/executus.db
Exit codes: 0 ok, 1 error, 2 usage or configuration, 3 waits, 4 timeout, 5 killed, 6 quarantined, 7 cancelled,
130 left for recovery)");
  add_init();
  add_run();
  add_chat();
  add_recover();
  add_worker();
  add_runs();
  add_agents();
  add_schedule();
  add_budget();
  add_audit();
  add_queue();
  add_packs();
  add_mcp();
  add_lists();
  add_completion();
}

void Grammar::add_globals(CLI::App& app) {
  flag(app, "--json", globals_.json, "Exactly one JSON value on stdout (events: one per line)");
  flag(app, "-q,--quiet", globals_.quiet, "Print ids only");
  text(app, "--db", globals_.database, "The database file", "PATH");
  text(app, "--config", globals_.config, "The project's configuration instead of executus.yaml", "FILE");
}

void Grammar::add_cassette(CLI::App& app, Cassette& cassette) {
  auto& record = text(app, "--record", cassette.record, "Append what models are asked and answer to FILE", "FILE");
  text(app, "--replay", cassette.replay,
       "Take models' answers from FILE: no provider, no key. Tools are called as ever", "FILE")
      .excludes(&record);
}

}  // namespace executus::cli
