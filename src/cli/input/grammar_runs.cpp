// The commands below `executus runs`.
#include "cli/input/grammar.hpp"
#include "runtime/events/going_on.hpp"

namespace executus::cli {

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
           "  executus runs list --limit 20 --before 0192     # the 20 before that run\n"
           "  executus runs list --undelivered                # whose end waits for its target, or was refused there");
  texts(list_app, "--status", list->statuses, "Only this status; repeatable", "STATUS");
  text(list_app, "--agent", list->agent, "Only runs of this agent", "NAME");
  text(list_app, "--caller", list->caller, "Only runs of this caller", "NAME");
  text(list_app, "--channel", list->channel, "Only runs of this channel", "NAME");
  text(list_app, "--root", list->root, "Only this run and those below it", "RUN");
  text(list_app, "--since", list->since, "Only runs created since: 2h, 30d, 2026-01-31", "WHEN");
  count_from_one(list_app, "--limit", list->limit, "At most so many; default: 50", "N");
  text(list_app, "--before", list->before, "Only runs older than this one: the next page", "RUN");
  auto* undelivered =
      list_app.add_flag("--undelivered", list->undelivered, "Ends that did not arrive, and why; by run");
  for (const char* other : {"--status", "--agent", "--caller", "--channel", "--root", "--since", "--before"})
    undelivered->excludes(list_app.get_option(other));

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
  auto& cancel_app =
      leaf(runs, "cancel", "End a run, wherever it runs", cancel,
           "  executus runs cancel @last --yes\n  executus runs cancel 0192 --reason \"wrong customer\"");
  run_argument(cancel_app, cancel->run);
  text(cancel_app, "--reason", cancel->reason, "Why; `runs show` tells it", "TEXT");
  flag(cancel_app, "--dry-run", cancel->dry_run, "Only say what would be done");
  flag(cancel_app, "--yes", cancel->yes, "Do not ask");

  add_runs_answering(runs);
  auto resume = std::make_shared<RunsResume>();
  auto& resume_app = leaf(runs, "resume", "Continue one run here and show it; exit code and output as `run`", resume,
                          "  executus runs resume @last\n  executus runs resume @last --record triage.cassette");
  run_argument(resume_app, resume->run);
  add_cassette(resume_app, resume->cassette);
  add_runs_reopening(runs);
}

void Grammar::add_runs_reopening(CLI::App& runs) {
  auto retry = std::make_shared<RunsRetry>();
  auto& retry_app =
      leaf(runs, "retry", "Let a run go on that ended in error or timeout", retry,
           "  executus runs retry @last\n  executus runs retry 0192 --dry-run\n\n"
           "It goes on from its last durable entry, with the same id; what it did is not done again. Its\n"
           "limits (max_runtime, max_iterations) count anew. `runs resume` or `recover` takes it up.");
  run_argument(retry_app, retry->run);
  flag(retry_app, "--dry-run", retry->dry_run, "Only say what would be done");

  auto deliver = std::make_shared<RunsDeliver>();
  auto& deliver_app =
      leaf(runs, "deliver", "Have the end of a run sent again whose target refused it", deliver,
           "  executus runs list --undelivered\n  executus runs deliver 0192\n\n"
           "The message has the id that it had. A worker sends it at once, or the next `recover` does.");
  run_argument(deliver_app, deliver->run);

  auto release = std::make_shared<RunsRelease>();
  auto& release_app = leaf(runs, "release", "Take a run out of quarantine, for the next recovery", release,
                           "  executus runs release 0192");
  run_argument(release_app, release->run);
  flag(release_app, "--dry-run", release->dry_run, "Only say what would be done");

  auto upgrade = std::make_shared<RunsUpgrade>();
  auto& upgrade_app =
      leaf(runs, "upgrade", "Give a run that no process drives another definition of its agent", upgrade,
           "  executus runs upgrade @last --agent helper --dry-run     # what would change\n"
           "  executus runs upgrade 0192 --agent agents/helper.yaml");
  run_argument(upgrade_app, upgrade->run);
  text(upgrade_app, "--agent", upgrade->agent, "The new definition: a file, or a name in agents/", "AGENT").required();
  flag(upgrade_app, "--dry-run", upgrade->dry_run, "Only say what would change");
  add_runs_fork(runs);
}

void Grammar::add_runs_fork(CLI::App& runs) {
  auto fork = std::make_shared<RunsFork>();
  auto& app =
      leaf(runs, "fork", "Make a new run from a step of this one", fork,
           "  executus runs fork @last --at 3                       # what came after step 3, once more\n"
           "  executus runs fork 0192 --at 0 --model anthropic/claude-sonnet-4-5\n"
           "  executus runs fork 0192 --at 2 --result 'call_1={\"rows\": 0}'\n\n"
           "A step is a response of the model and the calls it asked for; `runs events` shows them. What was done\n"
           "stays done, and is not done again.");
  run_argument(app, fork->run);
  count(app, "--at", fork->at, "Take over so many steps; 0: the input alone", "STEP").required();
  text(app, "--prompt-file", fork->prompt_file, "The text of FILE in place of the prompt, or '-' for standard input",
       "FILE");
  text(app, "--model", fork->model, "Another model", "MODEL");
  texts(app, "--result", fork->results, "Another result of a call; repeatable", "CALL=JSON");
  text(app, "--run-id", fork->run_id, "The new run's id", "ID");
  flag(app, "--dry-run", fork->dry_run, "Only say what would be done");
  add_runs_erasing(runs);
}

void Grammar::add_runs_erasing(CLI::App& runs) {
  auto erase = std::make_shared<RunsErase>();
  auto& erase_app =
      leaf(runs, "erase", "Erase a run that has ended, for good", erase,
           "  executus runs erase 0192 --dry-run\n  executus runs erase 0192 --tree --yes\n\n"
           "Nothing of it is left in the database but its id, which stays refused; its files go too. Backups\n"
           "are not reached, nor what its tools did. A run that another one goes on from stays.");
  run_argument(erase_app, erase->run);
  flag(erase_app, "--tree", erase->tree, "The runs below it as well");
  flag(erase_app, "--dry-run", erase->dry_run, "Only say what would be erased");
  flag(erase_app, "--yes", erase->yes, "Do not ask");

  auto prune = std::make_shared<RunsPrune>();
  auto& prune_app = leaf(runs, "prune", "Erase old runs, with those below them", prune,
                         "  executus runs prune --dry-run                 # as agents say by `retention`\n"
                         "  executus runs prune --older-than 30d --dry-run\n"
                         "  executus runs prune --keep-last 100 --agent triage --yes\n"
                         "  executus runs prune --max-size 2G --yes\n\n"
                         "Only runs that have ended go, and none that another run needs. Safe beside workers.");
  text(prune_app, "--older-than", prune->older_than, "Those that ended longer ago: 12h, 30d", "TIME");
  count(prune_app, "--keep-last", prune->keep_last, "All but so many, of those that ended last", "N");
  text(prune_app, "--max-size", prune->max_size, "Those that ended longest ago, until no more is taken: 500M, 2G",
       "SIZE");
  text(prune_app, "--agent", prune->agent, "Only runs of this agent", "NAME");
  flag(prune_app, "--dry-run", prune->dry_run, "Only say what would be erased");
  flag(prune_app, "--yes", prune->yes, "Do not ask");
}

void Grammar::add_runs_answering(CLI::App& runs) {
  auto steer = std::make_shared<RunsSteer>();
  auto& steer_app =
      leaf(runs, "steer", "Say something to a run; it hears it before its next model call", steer,
           "  executus runs steer @last \"only look at the last hour\"\n  executus runs steer 0192 - < note.txt\n"
           "  executus runs steer @last \"this is what I see\" --image screen.png");
  run_argument(steer_app, steer->run);
  steer_app.add_option("TEXT", steer->text, "What to say, or '-' for standard input")->required()->type_name("");
  texts(steer_app, "--image", steer->images, "An image to look at; repeatable", "FILE");

  auto signal = std::make_shared<RunsSignal>();
  auto& signal_app = leaf(runs, "signal", "Hand a run a signal that it waits for, or will", signal,
                          "  executus runs signal @last paid\n  executus runs signal 0192 paid '{\"cents\": 500}'\n"
                          "  executus runs signal 0192 report - < report.json");
  run_argument(signal_app, signal->run);
  signal_app.add_option("NAME", signal->name, "Which signal: letters, digits, '.', '_', '-'")
      ->required()
      ->type_name("");
  signal_app.add_option("JSON", signal->payload, "What comes with it, or '-' for standard input")->type_name("");

  for (bool approved : {true, false}) {
    auto answer = std::make_shared<RunsApprove>();
    answer->approved = approved;
    const char* name = approved ? "approve" : "reject";
    auto& app =
        leaf(runs, name, approved ? "Let a call happen that waits for it" : "Forbid a call that waits for it", answer,
             "  executus runs " + std::string(name) + " @last\n  executus runs " + name +
                 " 0192 --call call_1 --reason \"as agreed\"" +
                 (approved ? "\n  executus runs approve @last --arguments '{\"cents\": 300}'" : ""));
    run_argument(app, answer->run);
    text(app, "--call", answer->call, "Which call; needed only when several wait", "CALL_ID");
    text(app, "--reason", answer->reason, "Why; the model sees it with a rejection", "TEXT");
    if (approved)
      text(
          app, "--arguments", answer->arguments,
          "Approve it with these arguments in place of its own. The gate is asked about what it becomes, and the model "
          "reads that they were changed",
          "JSON|@FILE");
    if (approved)
      optional_text(app, "--answer", answer->answer, "What a call of ask_user waits for")
          ->type_name("TEXT")
          ->check(filled_in(kAnswerPlaceholder));
  }
}

}  // namespace executus::cli
