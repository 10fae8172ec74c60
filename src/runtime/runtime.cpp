#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include <executus/budget/memory_store.hpp>
#include <executus/budget/shared_budget.hpp>
#include <executus/compact/summarizer.hpp>
#include <executus/critic/critic.hpp>
#include <executus/critic/llm_escalator.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/runtime/runtime.hpp>
#include <executus/schedule/memory_store.hpp>
#include <executus/skillpack/activator.hpp>
#include <executus/skillpack/syncer.hpp>
#include <executus/storage/tools.hpp>
#include <executus/store/sqlite/budget.hpp>
#include <executus/store/sqlite/database.hpp>
#include <executus/store/sqlite/saved.hpp>
#include <executus/store/sqlite/schedules.hpp>

#include "base/contained.hpp"
#include "base/text.hpp"
#include "deliver/targets/named_targets.hpp"
#include "run/outcome/unopened_outcome.hpp"
#include "runtime/agent_file/agent_library.hpp"
#include "runtime/agent_file/file_sub_agents.hpp"
#include "runtime/agent_file/folder_watch.hpp"
#include "runtime/agent_file/live_agents.hpp"
#include "runtime/builtin_agents.hpp"
#include "runtime/declared_tools.hpp"
#include "runtime/events/run_unknown.hpp"
#include "runtime/git_program.hpp"
#include "runtime/host/host.hpp"
#include "runtime/host/starting.hpp"
#include "runtime/host/working.hpp"
#include "runtime/kept_files.hpp"
#include "runtime/project_config.hpp"
#include "runtime/project_targets.hpp"
#include "runtime/retention_rules.hpp"
#include "runtime/schedules/file_schedules.hpp"
#include "runtime/state_path.hpp"
#include "runtime/stored.hpp"
#include "runtime/suspension_file.hpp"
#include "tools/builtin.hpp"

namespace executus {
namespace {

Error no_durability() {
  return failed("store.not_configured",
                "no place for the database: set EXECUTUS_DB, or XDG_STATE_HOME or HOME to an absolute path, or pass "
                "--db PATH");
}

// SQLite's own names for something that is no file: here they would become files of these names.
bool is_sqlite_name(const std::string& path) { return path == ":memory:" || path.starts_with("file:"); }

Error is_no_path(const std::string& path) {
  return failed("store.cannot_open", "'" + path +
                                         "' is no path of a file; give one with --db, or run with --durability memory "
                                         "to keep nothing");
}

Error is_directory(const std::string& path) {
  return failed("store.cannot_open", "the database '" + path +
                                         "' is a directory; give the path of a file, such as --db " +
                                         (std::filesystem::path(path) / "executus.db").string());
}

Error saved_elsewhere() {
  return failed("saved.no_place",
                "saved agents and skills live in the database beside its runs, and the runs of this program are kept "
                "elsewhere (RuntimeOptions::store): use a store of its own for them");
}

Error nothing_saved(const std::string& database) {
  return failed("saved.no_place", "there is no database " + database + " yet, so nothing is saved in it");
}

// A port that the runtime fills itself would be lost in silence.
RuntimeOptions checked(RuntimeOptions options) {
  if (options.ports.journal)
    throw failed("config.invalid",
                 "RuntimeOptions::ports.journal is given, and a runtime has its journal from RuntimeOptions::store, or "
                 "from the database; give that store there");
  return options;
}

Error no_agent(std::string_view agent, const std::vector<std::string>& names) {
  return failed("config.agent", "no agent '" + std::string(agent) + "' in agent_folders" + did_you_mean(agent, names));
}

}  // namespace

// Members in the order they need each other: what runs uses is destroyed after the runs are joined.
class Runtime::Impl {
 public:
  explicit Impl(RuntimeOptions options)
      : options_(checked(std::move(options))),
        environment_(options_.environment ? *options_.environment : process_environment()),
        logger_(options_.logger ? *options_.logger : null_logger()),
        database_(state_path(options_.database, environment_)),
        loop_(make_loop(options_.threads)),
        http_(net::make_http_client(*loop_)),
        declared_(*http_, environment_, guard_, options_.ports.declared_tools),
        suspensions_(database_.empty() ? "" : database_ + ".models.json") {
    auto files_of = [this](const RunId& run) { return kept_files_.folder_of(run); };
    for (auto& tool : tools::builtin_tools(pool_, loop_->clock(), files_of)) registry_.add(std::move(tool));
    if (!options_.store) add_storage_tools();
    models_ = llm::make_model_resolver(resolver_options());
    if (options_.models_through) models_through_ = options_.models_through(*models_);
    escalator_.emplace(models_of_runs(), critic::LlmEscalatorOptions{}, logger_);
    critic_.emplace(*escalator_, critic::WatchdogOptions{}, logger_);
    tasks_.emplace(*loop_);
    recoveries_.emplace(*loop_);
    replies_.emplace(*loop_);
    host_ = std::make_shared<host::Host>(host_parts());
  }

  ~Impl() {
    host_->end();
    shut_down("the program is ending");
    replies_->cancel_all({Cause::shutdown, "the program is ending"});
    replies_->join();
    tasks_->join();
    recoveries_->join();
    agents_watch_.reset();  // what it tells is for the host
    heartbeat_.reset();
  }

  void add_storage_tools() {
    storage::KvToolParts values{[this]() -> storage::KvStore& { return stored().values(); }, options_.quotas};
    for (auto& tool : storage::kv_tools(std::move(values))) registry_.add(std::move(tool));
    storage::FileToolParts files{[this]() -> storage::FileStore& { return stored().files(); },
                                 [this]() -> journal::JournalStore& { return journal(); }, options_.quotas};
    for (auto& tool : storage::file_tools(std::move(files))) registry_.add(std::move(tool));
  }
  Stored& stored() {
    (void)executor();
    std::lock_guard lock(mutex_);
    if (!file_) throw failed("store.not_configured", "there is no database that could keep values and files");
    auto unsealed = options_.reads_unencrypted ? sqlite::Unsealed::read : sqlite::Unsealed::refused;
    if (!stored_) stored_.emplace(*file_, options_.storage_keys, unsealed);
    return *stored_;
  }

  host::Host::Parts host_parts() {
    return {*replies_,
            *tasks_,
            logger_,
            events_,
            [this]() -> Executor& { return executor(); },
            [this]() -> journal::JournalStore& { return journal(); },
            [this](Agent agent, Invocation invocation) { return run(std::move(agent), std::move(invocation)); },
            [this]() -> schedule::ScheduleStore& { return schedule_store(); }};
  }

  static Task<RunHandle> start(host::Host& host, Agent agent, Invocation invocation, Runs runs) {
    auto started = co_await host::start(host, std::move(agent), std::move(invocation));
    co_return RunHandle(std::move(runs), std::move(started.run), started.created, std::move(started.local));
  }

  static Task<RunHandle> attach(host::Host& host, RunId run, Runs runs) {
    auto local = host.local_runs().find(run);
    if (!local && !co_await host.store().find(run)) throw run_unknown(run);
    co_return RunHandle(std::move(runs), std::move(run), false, std::move(local));
  }

  Task<std::vector<Recovered>> recover(RecoverOptions options) {
    co_return co_await recover_runs(*recoveries_, executor(), journal(), std::move(options));
  }

  std::shared_ptr<host::Working> work(WorkOptions options) {
    auto& executor = this->executor();
    declare_files();
    host::Firing::Parts firing{*loop_,
                               executor,
                               journal(),
                               host_->declared_schedules(),
                               [this]() -> schedule::ScheduleStore& { return schedule_store(); },
                               logger_};
    options.retention = [this, of_files = std::move(options.retention)] {
      auto rules =
          of_files ? of_files() : retention_of(keeps_files() ? live_agents_.agents() : library().read_agents());
      if (file_) add_saved(rules, saved_agents());
      return rules;
    };
    return workers_.start(*recoveries_, {*loop_, executor, journal(), logger_}, std::move(firing), options);
  }

  // A run that asks for `memory` durability needs no database.
  Task<RunOutcome> run(Agent agent, Invocation invocation) {
    Executor* executor = nullptr;
    std::optional<Error> problem;
    try {
      executor = agent.durability == Durability::memory && !is_open() ? &memory_executor() : &this->executor();
    } catch (...) {
      problem = current_error();
    }
    if (problem) co_return run::outcome_of_refused(std::move(invocation.run_id), std::move(agent.name), *problem);
    co_return co_await executor->run(std::move(agent), std::move(invocation));
  }

  void shut_down(const std::string& why) {
    tasks_->cancel_all({Cause::shutdown, why});
    recoveries_->cancel_all({Cause::shutdown, why});
  }

  Executor& executor() {
    std::lock_guard lock(mutex_);
    if (!executor_) open();
    return *executor_;
  }
  bool is_open() {
    std::lock_guard lock(mutex_);
    return executor_ != nullptr;
  }
  journal::JournalStore& journal() {
    (void)executor();
    return *store_;
  }

  schedule::ScheduleStore& schedule_store() {
    (void)executor();
    std::lock_guard lock(mutex_);
    if (!schedules_ && file_) schedules_ = sqlite::schedules_of(*file_);
    if (!schedules_) schedules_ = std::make_shared<schedule::MemorySchedules>();
    return *schedules_;
  }

  llm::ResolverOptions resolver_options() {
    auto models = options_.models;
    if (!models.environment) models.environment = &environment_;
    if (!models.http) models.http = http_.get();
    if (!models.logger) models.logger = &logger_;
    if (!models.suspension_store) models.suspension_store = &suspensions_;
    models.clock = &loop_->clock();
    return models;
  }

  AgentLibrary library() {
    return {{options_.agent_folders.begin(), options_.agent_folders.end()},
            registry_.names(),
            {options_.models_through ? nullptr : models_.get(), &environment_, &skill_packs(), &builtin_agent},
            {options_.skill_folders.begin(), options_.skill_folders.end()}};
  }
  Result<AgentFile> load_agent(std::string_view agent) {
    auto files = library();
    if (names_a_file(agent)) return files.read(std::string(agent));
    try {
      if (auto file = keeps_files() ? live_agents_.find(DelegateKind::agent, agent) : std::nullopt) return *file;
      if (auto path = files.agents().path_of(agent)) return files.read(*path);
      if (auto path = files.built_in_path(agent)) return files.read(*path);
    } catch (const Error& error) {
      return error;
    }
    return no_agent(agent, files.agents().names());
  }

  persona::PersonaStore& saved_agents() {
    const auto& file = database_file();
    std::lock_guard lock(mutex_);
    if (!saved_agents_) saved_agents_ = sqlite::make_persona_store(file);
    return *saved_agents_;
  }
  skill::SkillStore& saved_skills() {
    const auto& file = database_file();
    std::lock_guard lock(mutex_);
    if (!saved_skills_) saved_skills_ = sqlite::make_skill_store(file);
    return *saved_skills_;
  }

  SkillPacks& skill_packs() { return options_.ports.skill_packs ? *options_.ports.skill_packs : activator_; }

  [[nodiscard]] bool keeps_files() {
    bool keeps = options_.agent_files == AgentFiles::kept_current;
    if (keeps) std::call_once(watching_, [this] { watch_agents(); });
    return keeps;
  }
  void watch_agents() {
    (void)live_agents_.reload();
    agents_watch_.emplace([this] { return live_agents_.folders(); }, [this] { live_agents_.look(); });
  }
  // The agents of the folders that have a schedule. Those that are kept current are declared at each change.
  void declare_files() {
    if (!options_.agent_folders.empty() && !keeps_files()) declare(library().read_agents());
  }
  void declare(const KnownAgents& agents) {
    if (options_.agent_folders.empty()) return;
    contained(logger_, LogLevel::error, {"the schedules of agent files are not taken up"},
              [&] { host::declare_files(host_->declared_schedules(), options_.agent_folders.front(), agents); });
  }
  std::optional<AgentFile> find_delegate(DelegateKind kind, std::string_view name) {
    if (name.find('/') != std::string_view::npos) return std::nullopt;
    if (keeps_files()) return live_agents_.find(kind, name);
    return library().find(kind, name);
  }

  // What agents' models are, which need not be what `models list` shows.
  llm::ModelResolver& models_of_runs() { return models_through_ ? *models_through_ : *models_; }

  RuntimeOptions options_;
  const Environment& environment_;
  Logger& logger_;
  const std::string database_;
  std::unique_ptr<Loop> loop_;
  BlockingPool pool_;
  KeptFiles kept_files_{database_.empty() ? "" : database_ + ".files", pool_};
  const std::unique_ptr<skillpack::PackStore> packs_{
      skillpack::make_folder_store(database_.empty() ? "" : database_ + ".packs")};
  tools::Guard guard_;  // of all programs
  GitProgram git_{environment_, guard_};
  const std::unique_ptr<skillpack::Fetcher> fetcher_{skillpack::make_fetcher(git_, loop_->clock())};
  skillpack::Syncer syncer_{*packs_, *fetcher_, loop_->clock()};
  skillpack::Activator activator_{*packs_, {.logger = &logger_}};
  std::unique_ptr<net::HttpClient> http_;
  DeclaredToolBox declared_;
  tool::Registry registry_;
  deliver::NamedTargets targets_{
      {*http_, environment_, declared_.programs(), pool_},
      &find_target,
      options_.keeps_standard_output ? deliver::StandardOutput::taken : deliver::StandardOutput::shared};
  SuspensionFile suspensions_;
  std::unique_ptr<llm::ModelCatalog> models_;
  std::unique_ptr<llm::ModelResolver> models_through_;  // in front of them; null: nothing is
  std::optional<critic::LlmEscalator> escalator_;
  std::optional<critic::Watchdog> critic_;
  compact::Summarizer compactor_;
  LiveAgents live_agents_{[this] { return library(); }, logger_, [this] { declare(live_agents_.agents()); }};
  std::once_flag watching_;
  std::optional<FolderWatch> agents_watch_;  // a thread; ends before the host, which it tells of changes
  FileSubAgents sub_agents_{
      [this](DelegateKind kind, std::string_view name, std::string_view) { return find_delegate(kind, name); },
      options_.agent_files == AgentFiles::kept_current ? FileSubAgents::Keep::nothing : FileSubAgents::Keep::all};
  const std::shared_ptr<EventHub> events_ =
      std::make_shared<EventHub>(std::vector<RunObserver*>{options_.observer, options_.ports.observer});
  journal::MemoryJournal nothing_{loop_->clock()};  // what is read where no database is
  std::shared_ptr<journal::JournalStore> store_;
  std::optional<sqlite::Database> file_;  // once it is open; nothing: the store is the host's
  std::optional<Stored> stored_;          // once a tool asks for it
  std::shared_ptr<schedule::ScheduleStore> schedules_{options_.schedules};  // null: not asked for yet
  std::unique_ptr<persona::PersonaStore> saved_agents_;
  std::unique_ptr<skill::SkillStore> saved_skills_;
  std::unique_ptr<budget::BudgetStore> budgets_ = std::make_unique<budget::MemoryBudgets>();
  std::optional<budget::SharedBudget> budget_;
  budget::MemoryBudgets memory_budgets_;  // of runs that are kept nowhere
  budget::SharedBudget memory_budget_{memory_budgets_, loop_->clock()};
  std::unique_ptr<Executor> memory_executor_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::mutex mutex_;
  std::optional<RootGroup> tasks_;
  std::optional<RootGroup> recoveries_;
  host::Workers workers_;
  std::optional<RootGroup> replies_;  // carries out what the host asks
  std::shared_ptr<host::Host> host_;

 private:
  std::unique_ptr<Executor> make_executor(journal::JournalStore* store) {
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_of_runs();
    config.defaults = options_.defaults;
    config.random = options_.models.random;
    config.ports = options_.ports;
    config.ports.journal = store;
    config.ports.declared_tools = &declared_;
    config.ports.observer = events_.get();
    bool has_files = !options_.agent_folders.empty() || !options_.skill_folders.empty();
    if (!config.ports.sub_agents && has_files) config.ports.sub_agents = &sub_agents_;
    config.ports.skill_packs = &skill_packs();
    if (!config.ports.delivery) config.ports.delivery = &targets_;
    if (!config.ports.input_files && store && !options_.store) config.ports.input_files = &kept_files_;
    if (!config.ports.critic) config.ports.critic = &*critic_;
    if (!config.ports.budget) config.ports.budget = store ? &*budget_ : &memory_budget_;
    config.compactor = options_.compactor ? options_.compactor : &compactor_;
    config.delegation = options_.delegation;
    if (!options_.context_tokens.empty())
      config.context_tokens = [this](std::string_view spec) {
        auto known = options_.context_tokens.find(std::string(spec));
        return known == options_.context_tokens.end() ? 0 : known->second;
      };
    config.system_header = options_.system_header;
    config.logger = &logger_;
    config.pool = &pool_;
    return std::make_unique<Executor>(std::move(config));
  }

  Executor& memory_executor() {
    std::lock_guard lock(mutex_);
    if (!memory_executor_) memory_executor_ = make_executor(nullptr);
    return *memory_executor_;
  }

  std::shared_ptr<journal::JournalStore> open_database() {
    sqlite::Options store;
    store.path = database_;
    store.goes_on = options_.bringing_up;
    if (options_.reading_will_do) store.unwritable = sqlite::Options::Unwritable::read;
    const auto& journal = file_.emplace(std::move(store)).journal();
    budgets_ = sqlite::make_budget_store(*file_);
    return journal;
  }

  const sqlite::Database& database_file() {
    (void)executor();
    if (file_) return *file_;
    if (options_.store) throw saved_elsewhere();
    throw nothing_saved(database_);
  }

  void open() {
    store_ = options_.store ? options_.store : open_at_path();
    budget_.emplace(*budgets_, loop_->clock(), store_.get());
    executor_ = make_executor(store_.get());
    heartbeat_ = std::make_unique<Heartbeat>(*loop_, *store_, *executor_, logger_);
  }

  std::shared_ptr<journal::JournalStore> open_at_path() {
    if (database_.empty()) throw no_durability();
    if (is_sqlite_name(database_)) throw is_no_path(database_);
    if (std::error_code ignored; std::filesystem::is_directory(database_, ignored)) throw is_directory(database_);
    return options_.reading_will_do && is_not_there(database_) ? nothing_.open_worker() : open_database();
  }
};

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Runtime::~Runtime() = default;

tool::Registry& Runtime::tools() { return impl_->registry_; }

Result<AgentFile> Runtime::load_agent(std::string_view agent) { return impl_->load_agent(agent); }

RunOutcome Runtime::run(Agent agent, Invocation invocation) {
  auto id = invocation.run_id;
  auto name = agent.name;
  try {
    detail::require_not_on(*impl_->loop_);
  } catch (const Error& would_block) {
    return run::outcome_of_refused(std::move(id), std::move(name), would_block);
  }
  return Reply<RunOutcome>(*impl_->tasks_, impl_->run(std::move(agent), std::move(invocation))).get();
}

Task<RunOutcome> Runtime::run_in_task(Agent agent, Invocation invocation) {
  return impl_->run(std::move(agent), std::move(invocation));
}

Reply<RunHandle> Runtime::start(Agent agent, Invocation invocation) {
  return impl_->host_->call(
      [&](host::Host& host) { return Impl::start(host, std::move(agent), std::move(invocation), runs()); });
}

Reply<RunHandle> Runtime::attach(RunId run) {
  return impl_->host_->call([&](host::Host& host) { return Impl::attach(host, std::move(run), runs()); });
}

Runs Runtime::runs() { return Runs(impl_->host_); }
Schedules Runtime::schedules() { return Schedules(impl_->host_); }

Reply<std::vector<Recovered>> Runtime::recover(RecoverOptions options) {
  return impl_->host_->call([&](host::Host&) { return impl_->recover(std::move(options)); });
}

Worker Runtime::work(WorkOptions options) { return Worker(impl_->host_, impl_->work(std::move(options))); }

void Runtime::shut_down(std::string why) { impl_->shut_down(why); }

Executor& Runtime::executor() { return impl_->executor(); }
journal::JournalStore& Runtime::journal() { return impl_->journal(); }
budget::BudgetStore& Runtime::budgets() {
  (void)impl_->journal();
  return *impl_->budgets_;
}
budget::SharedBudget& Runtime::budget() {
  (void)impl_->journal();
  return *impl_->budget_;
}
llm::ModelCatalog& Runtime::models() { return *impl_->models_; }
persona::PersonaStore& Runtime::saved_agents() { return impl_->saved_agents(); }
skill::SkillStore& Runtime::saved_skills() { return impl_->saved_skills(); }
skillpack::Syncer& Runtime::packs() { return impl_->syncer_; }
skillpack::PackStore& Runtime::pack_store() { return *impl_->packs_; }
SkillPacks& Runtime::skill_packs() { return impl_->skill_packs(); }
net::HttpClient& Runtime::http() { return *impl_->http_; }
Loop& Runtime::loop() { return *impl_->loop_; }
RootGroup& Runtime::tasks() { return *impl_->tasks_; }
BlockingPool& Runtime::blocking_pool() { return impl_->pool_; }
const std::string& Runtime::database() const { return impl_->database_; }
bool Runtime::database_is_open() { return impl_->is_open(); }

}  // namespace executus
