#include <mutex>
#include <optional>
#include <utility>

#include <executus/budget/memory_store.hpp>
#include <executus/budget/shared_budget.hpp>
#include <executus/compact/summarizer.hpp>
#include <executus/critic/critic.hpp>
#include <executus/critic/llm_escalator.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/runtime/runtime.hpp>
#include <executus/skillpack/activator.hpp>
#include <executus/skillpack/syncer.hpp>

#include "deliver/targets/named_targets.hpp"
#include "mcp/tools/sources.hpp"
#include "run/outcome/unopened_outcome.hpp"
#include "runtime/agent_file/agent_library.hpp"
#include "runtime/agent_file/file_sub_agents.hpp"
#include "runtime/builtin_agents.hpp"
#include "runtime/declared_tools.hpp"
#include "runtime/events/run_unknown.hpp"
#include "runtime/folder_agents.hpp"
#include "runtime/git_program.hpp"
#include "runtime/host/host.hpp"
#include "runtime/host/starting.hpp"
#include "runtime/host/working.hpp"
#include "runtime/kept_files.hpp"
#include "runtime/own_tools.hpp"
#include "runtime/project_config.hpp"
#include "runtime/project_targets.hpp"
#include "runtime/retention_rules.hpp"
#include "runtime/saved/saved_file.hpp"
#include "runtime/schedules/file_schedules.hpp"
#include "runtime/schedules/saved_schedules.hpp"
#include "runtime/state_path.hpp"
#include "runtime/stores.hpp"
#include "runtime/suspension_file.hpp"

namespace executus {
namespace {

// A port that the runtime fills itself would be lost in silence.
RuntimeOptions checked(RuntimeOptions options) {
  if (options.ports.journal)
    throw failed("config.invalid",
                 "RuntimeOptions::ports.journal is given, and a runtime has its journal from RuntimeOptions::store, or "
                 "from the database; give that store there");
  return options;
}

std::vector<std::string> obeyed_folders(const RuntimeOptions& options) {
  auto folders = options.agent_folders;
  folders.insert(folders.end(), options.skill_folders.begin(), options.skill_folders.end());
  return folders;
}

}  // namespace

// Members in the order they need each other: what runs uses is destroyed after the runs are joined.
class Runtime::Impl {
 public:
  explicit Impl(RuntimeOptions options)
      : options_(checked(std::move(options))),
        environment_(options_.environment ? *options_.environment : process_environment()),
        logger_(options_.logger ? *options_.logger : null_logger()),
        loop_(make_loop(options_.threads)),
        stores_(options_, state_path(options_.database, environment_), loop_->clock()),
        http_(net::make_http_client(*loop_)),
        declared_(
            *http_, environment_, guard_, options_.ports.declared_tools, [this] { return stores_.paths(); },
            obeyed_folders(options_)),
        suspensions_(beside_database(".models.json")) {
    add_own_tools(registry_, {options_, stores_, declared_, pool_, loop_->clock(), environment_, *http_,
                              [this](const RunId& run) { return kept_files_.folder_of(run); },
                              [this]() -> journal::JournalStore& { return journal(); }});
    models_ = llm::make_model_resolver(resolver_options());
    if (options_.models_through) models_through_ = options_.models_through(*models_);
    escalator_.emplace(models_of_runs(), critic::LlmEscalatorOptions{}, logger_);
    critic_.emplace(*escalator_, critic::WatchdogOptions{}, logger_);
    tasks_.emplace(*loop_);
    recoveries_.emplace(*loop_);
    replies_.emplace(*loop_);
    host_ = std::make_shared<host::Host>(host_parts());
    saved_schedules_.emplace(saved_schedules_parts());
  }

  ~Impl() {
    host_->end();
    shut_down("the program is ending");
    replies_->cancel_all({Cause::shutdown, "the program is ending"});
    replies_->join();
    tasks_->join();
    recoveries_->join();
    folder_agents_.stop_watching();  // what it tells is for the host
    heartbeat_.reset();
  }

  host::Host::Parts host_parts() {
    return {*replies_,
            *tasks_,
            logger_,
            events_,
            [this]() -> Executor& { return executor(); },
            [this]() -> journal::JournalStore& { return journal(); },
            [this](Agent agent, Invocation invocation) { return run(std::move(agent), std::move(invocation)); },
            [this]() -> schedule::ScheduleStore& { return stores_.schedules(); },
            [this] { return look_at_saved(null_logger()); }};  // others' agents are no business of who asks
  }
  Task<void> look_at_saved(Logger& logger) {
    return looks_.run([this, &logger] { saved_schedules_->look(logger); });
  }
  host::SavedSchedules::Parts saved_schedules_parts() {
    auto store = [this] { return stores_.keeps_saved() ? &stores_.saved_agents() : nullptr; };
    auto as_defined = [this](const persona::Persona& persona) {
      auto agent = to_agent(persona).value();
      auto said = agent.name + " of " + persona.record.owner;
      auto file = file_of(library(), DelegateKind::agent, persona.definition, said);
      file.agent = std::move(agent);
      return host::scheduled_of(file);
    };
    auto scheduled = options_.schedules_saved ? options_.schedules_saved : as_defined;
    return {loop_->clock(), std::move(store), std::move(scheduled), host_->declared_schedules()};
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
    folder_agents_.declare_schedules();
    host::Firing::Parts firing{*loop_,
                               executor,
                               journal(),
                               host_->declared_schedules(),
                               [this]() -> schedule::ScheduleStore& { return stores_.schedules(); },
                               logger_,
                               [this] { return look_at_saved(logger_); }};
    options.retention = [this, of_files = std::move(options.retention)] {
      auto rules = of_files ? of_files() : retention_of(folder_agents_.agents());
      if (!stores_.keeps_saved()) return rules;
      for (const auto& unreadable : add_saved(rules, stores_.saved_agents()))
        logger_.log(LogLevel::error, "runs of a saved agent are not erased by its retention: " + unreadable.message());
      return rules;
    };
    return workers_.start(*recoveries_, {*loop_, executor, journal(), logger_}, std::move(firing), options);
  }

  // A run that asks for `memory` durability needs no database.
  Task<RunOutcome> run(Agent agent, Invocation invocation) {
    Executor* executor = nullptr;
    std::optional<Error> problem;
    try {
      executor = agent.durability == Durability::memory && !stores_.is_open() ? &memory_executor() : &this->executor();
    } catch (...) {
      problem = current_error();
    }
    if (problem && invocation.run_id.empty()) invocation.run_id = RunId::generate(loop_->clock());
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
  journal::JournalStore& journal() {
    (void)executor();
    return stores_.journal();
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
            {.models = options_.models_through ? nullptr : models_.get(),
             .environment = &environment_,
             .skill_packs = &skill_packs(),
             .built_in = &builtin_agent,
             .mcp_servers = options_.mcp_servers},
            {options_.skill_folders.begin(), options_.skill_folders.end()}};
  }
  SkillPacks& skill_packs() { return options_.ports.skill_packs ? *options_.ports.skill_packs : activator_; }

  // Empty: there is no place for a database.
  [[nodiscard]] std::string beside_database(const char* ending) const {
    return stores_.path().empty() ? "" : stores_.path() + ending;
  }

  // What agents' models are, which need not be what `models list` shows.
  llm::ModelResolver& models_of_runs() { return models_through_ ? *models_through_ : *models_; }

  RuntimeOptions options_;
  const Environment& environment_;
  Logger& logger_;
  std::unique_ptr<Loop> loop_;
  Stores stores_;
  BlockingPool pool_;
  KeptFiles kept_files_{beside_database(".files"), pool_};
  const std::unique_ptr<skillpack::PackStore> packs_{skillpack::make_folder_store(beside_database(".packs"))};
  tools::Guard guard_;  // of all programs
  GitProgram git_{environment_, guard_};
  const std::unique_ptr<skillpack::Fetcher> fetcher_{skillpack::make_fetcher(git_, loop_->clock())};
  skillpack::Syncer syncer_{*packs_, *fetcher_, loop_->clock()};
  skillpack::Activator activator_{*packs_, {.logger = &logger_}};
  std::unique_ptr<net::HttpClient> http_;
  DeclaredToolBox declared_;
  const std::unique_ptr<ToolSources> mcp_servers_{
      mcp::make_tool_sources({loop_.get(), &guard_, http_.get(), &environment_, &logger_})};
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
  FolderAgents folder_agents_{options_, logger_, [this] { return library(); },
                              [this]() -> host::DeclaredSchedules& { return host_->declared_schedules(); }};
  FileSubAgents sub_agents_{
      [this](DelegateKind kind, std::string_view name, std::string_view) { return folder_agents_.find(kind, name); },
      options_.agent_files == AgentFiles::kept_current ? FileSubAgents::Keep::nothing : FileSubAgents::Keep::all};
  const std::shared_ptr<EventHub> events_ =
      std::make_shared<EventHub>(std::vector<RunObserver*>{options_.observer, options_.ports.observer});
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
  std::optional<host::SavedSchedules> saved_schedules_;
  BlockingPool looks_{1};  // at them; the last member: what it runs uses the others

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
    if (!config.ports.tool_sources) config.ports.tool_sources = mcp_servers_.get();
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

  void open() {
    auto& journal = stores_.journal();
    budget_.emplace(stores_.budgets(), loop_->clock(), &journal);
    executor_ = make_executor(&journal);
    heartbeat_ = std::make_unique<Heartbeat>(*loop_, journal, *executor_, logger_);
  }
};

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Runtime::~Runtime() = default;

tool::Registry& Runtime::tools() { return impl_->registry_; }

Result<AgentFile> Runtime::load_agent(std::string_view agent) { return impl_->folder_agents_.load(agent); }

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
budget::BudgetStore& Runtime::budgets() { return impl_->stores_.budgets(); }
budget::SharedBudget& Runtime::budget() {
  (void)impl_->journal();
  return *impl_->budget_;
}
llm::ModelCatalog& Runtime::models() { return *impl_->models_; }
persona::PersonaStore& Runtime::saved_agents() { return impl_->stores_.saved_agents(); }
skill::SkillStore& Runtime::saved_skills() { return impl_->stores_.saved_skills(); }
skillpack::Syncer& Runtime::packs() { return impl_->syncer_; }
skillpack::PackStore& Runtime::pack_store() { return *impl_->packs_; }
SkillPacks& Runtime::skill_packs() { return impl_->skill_packs(); }
net::HttpClient& Runtime::http() { return *impl_->http_; }
Loop& Runtime::loop() { return *impl_->loop_; }
RootGroup& Runtime::tasks() { return *impl_->tasks_; }
BlockingPool& Runtime::blocking_pool() { return impl_->pool_; }
const std::string& Runtime::database() const { return impl_->stores_.path(); }
bool Runtime::database_is_open() { return impl_->stores_.is_open(); }

}  // namespace executus
