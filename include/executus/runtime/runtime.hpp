// The facade: one shipped default per seam, wired. A default-constructed Runtime is agentic: SQLite journal, models
// from the environment, the built-in tools.
//
//   executus::Runtime runtime;
//   auto outcome = runtime.run({.name = "triage", .system_prompt = "...", .tools = {"read_file"}}, "Why did it fail?");
//
// Threads: any thread may call. Calls that block (run, RunHandle::wait, Reply::get) are refused on the runtime's own
// threads (a tool on the run's strand, an observer): Error runtime.would_block. A tool's function in the pool
// (RunsOn::pool) may block, and keeps its thread meanwhile: runs that wait for each other so can use up the pool.
// Destruction leaves what still runs for the next recovery, and joins everything, callbacks of Reply::then too; replies
// that are awaited meanwhile end as Cancelled, and handles that are used afterwards answer runtime.ended.
//
// fork(): in the child every call of a Runtime, and of its handles, streams and replies, throws Error runtime.forked,
// and its destructor does nothing; the parent's goes on undisturbed. References that executor(), journal(), loop() and
// the like gave before are not to be used there. A child that calls exec inherits no descriptor. A Runtime of its own
// can be made in a child whose parent had no database open when it forked (Error store.forked otherwise).
#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <executus/async/blocking_pool.hpp>
#include <executus/async/of_this_process.hpp>
#include <executus/async/root_group.hpp>
#include <executus/base/environment.hpp>
#include <executus/base/sealed.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/run/executor.hpp>
#include <executus/run/recovery.hpp>
#include <executus/runtime/agent_file.hpp>
#include <executus/runtime/run_handle.hpp>
#include <executus/runtime/runs.hpp>
#include <executus/runtime/schedules.hpp>
#include <executus/runtime/worker.hpp>
#include <executus/tool/typed_tool.hpp>
#include <executus/tools/web.hpp>

namespace executus {

namespace budget {
class BudgetStore;
class SharedBudget;
}  // namespace budget
namespace saved {
template <class Value>
class Store;
}
namespace persona {
struct Persona;
using PersonaStore = saved::Store<Persona>;
}  // namespace persona
namespace skill {
struct Skill;
using SkillStore = saved::Store<Skill>;
}  // namespace skill
namespace schedule {
class ScheduleStore;
}
namespace storage {
class FileSearcher;
class FileTokenMinter;
class QuotaProvider;
}  // namespace storage
namespace skillpack {
class PackStore;
class Syncer;
}  // namespace skillpack

// When agent and skill files are read. as_needed: one by one, when an agent is loaded; those that agents delegate to,
// once. kept_current: all of them, when the first is asked for, and again when one of them changes. They change all at
// once then: while anything is wrong with one, all stay as they were, and the logger is told. Runs keep the definition
// that they were started with.
enum class AgentFiles { as_needed, kept_current };

struct RuntimeOptions {
  // The database file. Empty: EXECUTUS_DB, else $XDG_STATE_HOME/executus/executus.db (~/.local/state/...).
  std::string database = {};
  // A journal store of the host's instead; `database` is not used then. executus/conformance/journal.hpp
  // judges stores.
  std::shared_ptr<journal::JournalStore> store = {};
  // Where schedules are kept. Null: in the database; with `store`, in memory: a program that starts then knows of no
  // time that came before.
  std::shared_ptr<schedule::ScheduleStore> schedules = {};
  // Tiers, aliases, providers, limits, prices, sinks, policies: executus/llm/providers.hpp. Its clock is the runtime's;
  // what it leaves null (environment, http, logger, suspension_store) is the runtime's too. `random` is also that of
  // the waits of runs. The constructor throws Error config.invalid or yaml.malformed for a table that cannot be read.
  llm::ResolverOptions models = {};
  std::map<std::string, int> context_tokens = {};  // by model spec; conversations near it are shortened
  // Makes the resolver that runs use instead of the runtime's own, which outlives it: a cassette
  // (executus/llm/cassette.hpp). Called once, by the constructor, which throws what it throws.
  std::function<std::unique_ptr<llm::ModelResolver>(llm::ModelResolver& models)> models_through = {};
  const Environment* environment = nullptr;  // default: the process's
  RunObserver* observer = nullptr;
  Logger* logger = nullptr;
  Defaults defaults = {};
  // What the host wires besides. Its journal is `store`: the constructor throws Error config.invalid where it is given
  // here. Its observer is told beside the one above. Its declared_tools makes the tools of kinds that are not built in
  // ("http", "command"). Without a critic the shipped watchdog is used, for agents that enable it; without a delivery,
  // that to the targets that an executus.yaml names (executus/deliver/named_target.hpp).
  Ports ports = {};
  DelegationLimits delegation = {};
  // Shortens conversations that near their model's context size. Null: the shipped summariser.
  Compactor* compactor = nullptr;
  std::string system_header = {};
  // Called when the database is one of an older format and is brought up to this one, and again and again while that
  // takes long: on the thread of the call that opens it. Must not throw.
  std::function<void()> bringing_up = {};
  // Runs are only looked at: a database that cannot be written is opened all the same, and one that is not there is not
  // made; then there are no runs.
  bool reading_will_do = false;
  // Folders of agent files, the first that knows a name counts: for load_agent(), and for what agents delegate to by
  // name (`agents`, `skills`) when ports.sub_agents is null.
  std::vector<std::string> agent_folders = {};
  // The same of skill files: what `skills` of an agent file names, before agents of that name.
  std::vector<std::string> skill_folders = {};
  // MCP servers that these files may name: declarations of Agent::declared_tools, each with a name of its own.
  std::vector<boost::json::object> mcp_servers = {};
  AgentFiles agent_files = AgentFiles::as_needed;
  // How the runs of a saved agent with a schedule are started, but for their caller, who is its owner. Null: as its
  // definition says. Called on a thread of the runtime, one call at a time, when one was saved or agent files were
  // read again; what it throws (Error) is logged, and that agent is left out and tried again later.
  std::function<ScheduledAgent(const persona::Persona& agent)> schedules_saved = {};
  // Of the values and files that runs keep with the tools kv_* and file_* (executus/storage/tools.hpp), which are there
  // where `store` is null: the first key encrypts, all decrypt; none: they are not encrypted. Null: the static default.
  std::vector<MasterKey> storage_keys = {};
  bool reads_unencrypted = false;  // with keys: also what is not encrypted (sqlite::Unsealed); else it is refused
  storage::QuotaProvider* quotas = nullptr;
  storage::FileSearcher* file_searcher = nullptr;   // null: no tool file_search
  storage::FileTokenMinter* file_minter = nullptr;  // null: no tool create_file_url
  // What web_fetch, web_search and http_request may reach. The constructor throws Error config.web for an origin that
  // is none.
  tools::WebOptions web = {};
  // What the tool `now` says to a call; empty: the time in UTC. Called on the strand of the run, also of several at
  // once.
  std::function<std::string(const tool::Call& call)> current_time = {};
  // Standard output is the program's own: the ends of runs that an executus.yaml sends there wait for another process.
  bool keeps_standard_output = false;
  unsigned threads = 0;  // 0: one per core
};

class Runtime final {
 public:
  Runtime() : Runtime(RuntimeOptions{}) {}
  // Opens nothing yet: the database is opened by the first call that needs it.
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // The tools agents can name; add yours before the first run.
  [[nodiscard]] tool::Registry& tools();

  // Reads and checks an agent file: a path, or a name in `agent_folders`. What it leaves out is what `defaults` say.
  // The error (config.agent) says all that is wrong with it and with those it delegates to, a line each
  // ("file:line:col: error: ..."). Looks for tools among tools() and for models among models(): add yours before. Reads
  // the disk, opens nothing and asks no server.
  [[nodiscard]] Result<AgentFile> load_agent(std::string_view agent);

  // Runs an agent to its end (or until it waits) and blocks meanwhile. What goes wrong is in the outcome.
  RunOutcome run(Agent agent, Invocation invocation);
  template <std::convertible_to<std::string_view> Prompt>  // a template, so that {.prompt = ...} is no string
  RunOutcome run(Agent agent, const Prompt& prompt) {
    return run(std::move(agent), invocation_of(prompt));
  }

  // The same as part of the task that awaits it: cancelling that cancels the run (`caller`), or leaves it (`shutdown`).
  [[nodiscard]] Task<RunOutcome> run_in_task(Agent agent, Invocation invocation);

  // Admits a run, or finds the one that has this id, and drives it here. The reply is there as soon as the run is
  // durable, and throws the Error of a refusal (store.*, submission.*, config.*, ...): nothing was acknowledged then.
  // The run goes on also when the reply and the handle are dropped, until it ends or waits.
  Reply<RunHandle> start(Agent agent, Invocation invocation);
  template <std::convertible_to<std::string_view> Prompt>
  Reply<RunHandle> start(Agent agent, const Prompt& prompt) {
    return start(std::move(agent), invocation_of(prompt));
  }

  // A handle of a run that exists, also of one that another process drives. Error run.unknown.
  [[nodiscard]] Reply<RunHandle> attach(RunId run);

  // All runs of the store, and what one says to them.
  [[nodiscard]] Runs runs();

  // Agents whose runs start by themselves while a worker of this runtime works: those of agent files with a schedule,
  // and those that are declared here.
  [[nodiscard]] Schedules schedules();

  // Takes up runs that dead processes left, and drives them until they end or wait. The reply throws Error when the
  // store cannot be read.
  Reply<std::vector<Recovered>> recover(RecoverOptions options = RecoverOptions());

  // Begins to take up what is due, now and as it becomes due, and to fire schedules, until the worker is drained or the
  // runtime shuts down. Opens the database when it is not open yet: throws Error{store.*} when that cannot be, and
  // config.invalid for options that make no sense.
  Worker work(WorkOptions options = WorkOptions());

  // Stops every live run at its next boundary and leaves it for recovery; calls with effects in flight may finish
  // within defaults.drain_window. Runs that are started later stop at their first boundary. Any thread, also a
  // signal-handling one.
  void shut_down(std::string why);

  // The parts, for hosts and commands that need more. The first three open the database when it is not open yet, and
  // throw Error{store.*} when they cannot.
  [[nodiscard]] Executor& executor();
  [[nodiscard]] journal::JournalStore& journal();
  [[nodiscard]] llm::ModelCatalog& models();
  // Limits of what runs spend, in the database; with a store of the host's, or where the database is only read, those
  // of this process. They open the database likewise. Runs ask `budget` where ports.budget is null.
  [[nodiscard]] budget::BudgetStore& budgets();
  [[nodiscard]] budget::SharedBudget& budget();
  // Agents and skills that are saved in the database, beside the runs (executus/saved/store.hpp). They open it, and
  // throw what that throws, and Error saved.no_place where there is none: RuntimeOptions::store is another store. They
  // block.
  [[nodiscard]] persona::PersonaStore& saved_agents();
  [[nodiscard]] skill::SkillStore& saved_skills();
  // Subscribes to skill packs, in the folder `DATABASE.packs` (executus/skillpack/syncer.hpp, store.hpp), and what runs
  // have of them, which is ports.skill_packs where that is given. They block, and need no open database.
  [[nodiscard]] skillpack::Syncer& packs();
  [[nodiscard]] skillpack::PackStore& pack_store();
  [[nodiscard]] SkillPacks& skill_packs();
  [[nodiscard]] net::HttpClient& http();
  [[nodiscard]] Loop& loop();
  [[nodiscard]] RootGroup& tasks();
  [[nodiscard]] BlockingPool& blocking_pool();
  [[nodiscard]] const std::string& database() const;  // the path in use
  [[nodiscard]] bool database_is_open();

 private:
  static Invocation invocation_of(std::string_view prompt) {
    Invocation invocation;
    invocation.prompt = prompt;
    return invocation;
  }

  class Impl;
  OfThisProcess<Impl> impl_;
};

}  // namespace executus
