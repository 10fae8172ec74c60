// What a person asked for on the command line: one struct per command. Filled by grammar_*.cpp, executed by
// commands/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace executus::cli {

// Every command has these.
struct Globals {
  bool json = false;   // exactly one JSON value on stdout (events: one per line)
  bool quiet = false;  // ids only
  std::string database;
  std::string config;
};

// Where models' answers come from, and where they go besides: at most one is given.
struct Cassette {
  std::string record, replay;  // files; empty: neither
};

struct Init {
  std::string name = "assistant";
};

struct Run {
  std::string agent;                  // a file, or a name in agents/
  std::optional<std::string> prompt;  // "-": standard input
  std::vector<std::string> inputs;    // NAME=VALUE
  std::vector<std::string> images;    // paths
  std::vector<std::string> files;     // paths
  std::string model, root, run_id, durability;
  std::string deliver;  // the name of a target; empty: the agent file's
  std::string caller = {};
  int priority = 0;
  std::string continues;  // a run; empty: the new one begins a conversation
  bool old_definition = false;
  bool detach = false;
  Cassette cassette;
};

// An agent, and what is said otherwise than in its file.
struct AgentChoice {
  std::string agent;                        // a file, or a name in agents/
  std::vector<std::string> inputs;          // NAME=VALUE
  std::string model, root;                  // empty: the file's
  std::optional<std::string> deliver = {};  // the name of a target, empty: none; nothing: the file's
};

struct Chat {
  AgentChoice choice;     // without an agent it is that of the run to go on from
  std::string continues;  // a run; empty: the conversation begins
  std::string caller = {};
  Cassette cassette;
};

struct Recover {
  std::vector<std::string> runs;
  std::string agent, since;
  bool dry_run = false;
  int concurrency = 16;
  std::string max_attempts = "3";  // or "unlimited"
  Cassette cassette;
};

// `executus worker`.
struct Work {
  int concurrency = 16;
  int starts_per_second = 50;  // 0: no bound
  std::vector<std::string> agents;
  std::string max_attempts = "3";  // or "unlimited"
  std::string log = "text";        // or "json"
  double drain_seconds = 3;
};

struct RunsList {
  std::vector<std::string> statuses;
  std::string agent, caller, channel, root, since, before;
  std::size_t limit = 50;
  bool undelivered = false;
};
struct RunsShow {
  std::string run;
};
struct RunsEvents {
  std::string run;
  bool follow = false;
  std::uint64_t after = 0;
};
struct RunsResolve {
  std::string run, call;
  std::optional<std::string> completed, failed;
  bool retry = false;
};
struct RunsDigest {
  std::string run;
};
struct RunsCancel {
  std::string run, reason;
  bool dry_run = false, yes = false;
};
struct RunsSteer {
  std::string run, text;            // "-": standard input
  std::vector<std::string> images;  // paths
};
struct RunsSignal {
  std::string run, name, payload;  // JSON; "": none, "-": standard input
};
struct RunsApprove {
  std::string run, call, reason, arguments;
  std::optional<std::string> answer;
  bool approved = true;
};
struct RunsTree {
  std::string run;
};
struct RunsResume {
  std::string run;
  Cassette cassette;
};
struct RunsRetry {
  std::string run;
  bool dry_run = false;
};
struct RunsDeliver {
  std::string run;
};
struct RunsRelease {
  std::string run;
  bool dry_run = false;
};
struct RunsUpgrade {
  std::string run, agent;  // agent: a file, or a name in agents/
  bool dry_run = false;
};
struct RunsFork {
  std::string run;
  int at = 0;
  std::string prompt_file, model, run_id;  // prompt_file "-": standard input
  std::vector<std::string> results;        // CALL=JSON
  bool dry_run = false;
};
struct RunsErase {
  std::string run;
  bool tree = false, dry_run = false, yes = false;
};
struct RunsPrune {
  std::string older_than, max_size, agent;  // empty: not asked for
  std::optional<std::size_t> keep_last;
  bool dry_run = false, yes = false;
};
struct RunsWait {
  std::string run;
};
struct RunsPending {};

enum class Noun { agent, skill };  // of agents/ and of skills/
struct AgentsValidate {
  Noun noun = Noun::agent;
  std::vector<std::string> agents;  // files or names
};
struct AgentsList {
  Noun noun = Noun::agent;
  std::string caller = {};
};
struct AgentsShow {
  Noun noun = Noun::agent;
  std::string agent;
  std::string graph = {};  // "text", "mermaid"; empty: the definition instead
  std::string caller = {};
};
// Of saved ones. `agent`: a name. `caller`: whose; empty: the one who works here.
struct AgentsImport {
  Noun noun = Noun::agent;
  std::vector<std::string> paths = {};  // files and folders
  std::string caller = {};
  bool dry_run = false;
};
struct AgentsExport {
  Noun noun = Noun::agent;
  std::string agent = {}, caller = {};
  std::optional<int> version = {};
  std::string output = {};  // a file; empty: standard output
};
struct AgentsDiff {
  Noun noun = Noun::agent;
  std::string agent = {}, caller = {};
  std::vector<int> versions = {};  // at most two
};
struct AgentsRollback {
  Noun noun = Noun::agent;
  std::string agent = {}, caller = {};
  int version = 0;
  bool dry_run = false, yes = false;
};
struct AgentsRemove {
  Noun noun = Noun::agent;
  std::string agent = {}, caller = {};
  bool dry_run = false, yes = false;
};
struct PacksSubscribe {
  std::string source;  // a folder, or the URL of a git repository
  std::string name, ref, below;
  bool dry_run = false;
};
struct PacksCheck {
  std::vector<std::string> packs;  // none: all
  bool dry_run = false;
};
struct PacksApply {
  std::string pack;
  bool dry_run = false;
};
struct PacksRemove {
  std::string pack;
  bool dry_run = false, yes = false;
};
struct PacksList {};
struct PacksShow {
  std::string pack;
};
struct ToolsList {};
struct ModelsList {
  bool refresh = false;  // ask the providers
};
struct ModelsTest {
  std::string model;
};
struct ModelsSuspend {
  std::string model, duration, reason;  // duration empty: until it is restored
};
struct ModelsRestore {
  std::string model;
};
struct ScheduleNext {
  std::string agent;           // as of ScheduleRun
  std::string cron, timezone;  // instead of an agent
  std::string after;           // empty: now
  int count = 5;
  std::string caller = {};
};
struct AuditList {
  std::vector<std::string> statuses;
  std::string agent, caller, tree, since, until;
  std::string by;  // "agent", "caller", "tree"; empty: each run
  std::optional<std::size_t> limit;
  bool csv = false;
};
struct McpLogin {
  std::string url, client_id, scopes;
  std::uint16_t port = 0;  // 0: a free one
};
struct ScheduleList {
  std::string caller = {};
};
struct ScheduleRun {
  std::string agent;  // a file, a name in agents/ or of a saved one, or the name of its schedule
  std::string caller = {};
};
struct SchedulePause {
  std::string name;
  std::string caller = {};
};
struct ScheduleResume {
  std::string name;
  std::string caller = {};
};
struct ScheduleRemove {
  std::string name;
  std::string caller = {};
};
struct QueueList {};
// Of which runs; all empty: of all.
struct QueueOf {
  std::string agent, caller, queue;
};
struct QueueSetLimit {
  QueueOf of;
  std::string runs;  // a number, or "none"
};
struct QueuePause {
  QueueOf of;
  bool paused = true;
};
struct BudgetAmounts {
  std::optional<double> usd, tokens, seconds;
};
struct BudgetShow {
  std::string account;  // empty: all
  bool csv = false;
};
struct BudgetSet {
  std::string account;
  BudgetAmounts amounts;
  std::string window;  // empty: none
  std::string on_breach = "stop";
  bool unlimited = false;
};
struct BudgetRaise {
  std::string account;
  BudgetAmounts amounts;
};
struct BudgetCorrect {
  std::string run;
  BudgetAmounts amounts;
};
struct Doctor {};
struct Bench {
  std::string directory = ".";  // on the disk that is to be measured
  double seconds = 5;           // for each number of concurrent runs
  int waiting_runs = 10'000;
};

struct Completion {
  std::string shell;  // bash, zsh or fish
};
// What the shells' scripts ask: not for people.
struct CompletionWords {
  std::vector<std::string> typed;  // behind the program's name, each with a "w" before it
};

struct Version {};

using Command =
    std::variant<Init, Run, Chat, Recover, Work, RunsList, RunsShow, RunsEvents, RunsResolve, RunsDigest, RunsCancel,
                 RunsSteer, RunsSignal, RunsApprove, RunsTree, RunsResume, RunsRetry, RunsDeliver, RunsRelease,
                 RunsUpgrade, RunsFork, RunsErase, RunsPrune, RunsWait, RunsPending, AgentsValidate, AgentsList,
                 AgentsShow, AgentsImport, AgentsExport, AgentsDiff, AgentsRollback, AgentsRemove, PacksSubscribe,
                 PacksCheck, PacksApply, PacksRemove, PacksList, PacksShow, ToolsList, ModelsList, ModelsTest,
                 ModelsSuspend, ModelsRestore, ScheduleNext, ScheduleList, ScheduleRun, SchedulePause, ScheduleResume,
                 ScheduleRemove, AuditList, McpLogin, QueueList, QueueSetLimit, QueuePause, BudgetShow, BudgetSet,
                 BudgetRaise, BudgetCorrect, Doctor, Bench, Completion, CompletionWords, Version>;

}  // namespace executus::cli
