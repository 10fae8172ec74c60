// The commands about places for runs.
#include "cli/input/grammar.hpp"

namespace executus::cli {
namespace {

void add_of(CLI::App& app, QueueOf& of) {
  auto one = [&](const std::string& name, std::string& to, const std::string& what) {
    return app.add_option(name, to, what)->type_name("NAME")->option_text("NAME")->check(not_empty);
  };
  auto* agent = one("--agent", of.agent, "Runs of this agent");
  auto* caller = one("--caller", of.caller, "Runs for this caller, and those below them");
  auto* queue = one("--queue", of.queue, "Runs of this queue");
  agent->excludes(caller)->excludes(queue);
  caller->excludes(queue);
}

}  // namespace

void Grammar::add_queue() {
  auto& queue = group("queue", "How many runs are driven at once, and whose turn it is");
  queue.footer("`executus queue COMMAND --help` has examples.");
  leaf(queue, "list", "List what is queued and running by agent and caller, and the limits",
       std::make_shared<QueueList>(), "  executus queue list\n  executus queue list --json");
  auto limit = std::make_shared<QueueSetLimit>();
  auto& limit_app = leaf(queue, "limit", "Limit how many runs are driven at once, over all workers", limit,
                         "  executus queue limit 8\n  executus queue limit 2 --agent triage\n"
                         "  executus queue limit none --agent triage");
  limit_app.add_option("RUNS", limit->runs, "A number; 0: none are taken up; none: as many as there are")
      ->required()
      ->type_name("");
  add_of(limit_app, limit->of);
  for (bool pauses : {true, false}) {
    auto options = std::make_shared<QueuePause>();
    options->paused = pauses;
    auto name = std::string(pauses ? "pause" : "resume");
    auto what = pauses ? "Take up no more runs; those that are driven go on" : "Take up runs again, up to their limits";
    add_of(
        leaf(queue, name, what, options, "  executus queue " + name + "\n  executus queue " + name + " --agent triage"),
        options->of);
  }
}

}  // namespace executus::cli
