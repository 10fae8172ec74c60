#include "cli/context/command_context.hpp"

#include <filesystem>

#include <boost/json.hpp>

#include <executus/base/environment.hpp>
#include <executus/base/json.hpp>
#include <executus/llm/cassette.hpp>

#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/output/next_steps.hpp"
#include "cli/service/reload.hpp"
#include "runtime/state_path.hpp"

namespace executus::cli {
namespace {

constexpr std::string_view kShutdown = "interrupted by a signal";

// What no caller waits for goes to standard error; what is of no use to a person there does not.
class StderrLogger final : public Logger {
 public:
  explicit StderrLogger(bool colour) : colour_(colour) {}
  void log(LogLevel level, std::string_view message) noexcept override {
    if (level < LogLevel::warn) return;
    try {
      bool error = level == LogLevel::error;
      write_err("executus: " + styled(error ? "error:" : "warning:", error ? Style::red : Style::yellow, colour_) +
                " " + printable(message) + "\n");
    } catch (...) {  // out of memory: the message is lost, the run goes on
    }
  }

 private:
  bool colour_;
};

std::unique_ptr<llm::ModelResolver> through_cassette(const Cassette& cassette, llm::ModelResolver& models) {
  if (!cassette.record.empty()) return llm::record_all(models, cassette.record);
  std::error_code ignored;
  if (std::filesystem::exists(cassette.replay, ignored)) return llm::replay_from(cassette.replay);
  throw failed("cassette.io", "there is no cassette '" + cassette.replay +
                                  "' to replay; `executus run AGENT PROMPT --record " + shell_word(cassette.replay) +
                                  "` makes one");
}

FileSubAgents::Load delegates_of(CommandContext& context) {
  return [&context](DelegateKind kind, std::string_view name, std::string_view caller) {
    return find_delegate(context, kind, name, caller);
  };
}

}  // namespace

CommandContext::CommandContext(Globals globals)
    : globals_(std::move(globals)),
      terminal_(look_at_terminal()),
      logger_(std::make_shared<StderrLogger>(terminal_.err_colour)) {
  sub_agents_.emplace(delegates_of(*this));
}

void CommandContext::keep_agents(LiveAgents& agents) {
  live_agents_ = &agents;
  sub_agents_.emplace(delegates_of(*this), FileSubAgents::Keep::nothing);
}

CommandContext::~CommandContext() = default;

const ProjectConfig& CommandContext::project() {
  std::lock_guard lock(projects_mutex_);
  if (projects_.empty())
    projects_.push_back(std::make_unique<const ProjectConfig>(load_project_config(globals_.config).value()));
  return *projects_.back();
}

void CommandContext::use(ProjectConfig project) {
  std::lock_guard lock(projects_mutex_);
  projects_.push_back(std::make_unique<const ProjectConfig>(std::move(project)));
}

// Built-in < executus.yaml < environment < flags.
RuntimeOptions CommandContext::runtime_options() {
  const auto& environment = process_environment();
  RuntimeOptions options;
  options.database = globals_.database;
  if (options.database.empty() && environment.get("EXECUTUS_DB").value_or("").empty())
    options.database = project().database;
  take_models(project(), options.models);
  options.context_tokens = project().context_tokens;
  options.mcp_servers = project().mcp_servers;
  options.storage_keys = storage_keys_of(project(), environment);
  options.reads_unencrypted = project().reads_unencrypted;
  options.web = project().web;
  options.models_through = models_through_;
  if (!cassette_.record.empty() || !cassette_.replay.empty())
    options.models_through = [this](llm::ModelResolver& models) { return through_cassette(cassette_, models); };
  options.models.usage = usage_.get();
  options.observer = observer_.get();
  options.logger = logger_.get();
  options.bringing_up = bringing_up_;
  options.ports.sub_agents = &*sub_agents_;
  options.schedules_saved = [this](const persona::Persona& persona) { return scheduled_of(*this, persona); };
  options.keeps_standard_output = globals_.json || globals_.quiet;
  options.reading_will_do = only_reads_ || (wants_runs_ && is_not_there(state_path(options.database, environment)));
  return options;
}

Runtime& CommandContext::runtime() {
  if (runtime_) return *runtime_;
  auto made = std::make_unique<Runtime>(runtime_options());
  std::lock_guard lock(mutex_);
  runtime_ = std::move(made);
  if (shutting_down_) runtime_->shut_down(std::string(kShutdown));
  return *runtime_;
}

Runs CommandContext::runs() {
  (void)runtime().journal();
  bool looks_for_runs = only_reads_ || wants_runs_;
  if (!std::exchange(looked_, true) && looks_for_runs && is_not_there(runtime().database()))
    write_err("executus: there is no database " + printable(runtime().database()) + " yet, so there are no runs\n");
  return runtime().runs();
}

std::string CommandContext::person(std::string_view name) {
  auto member = name.empty() ? std::nullopt : identity::find_member(&project().people, name);
  return member ? member->id : std::string(name);
}

std::string CommandContext::owner_of(std::string_view caller) { return caller.empty() ? "local" : person(caller); }

tool::Author CommandContext::author() {
  return caller_.empty() ? tool::Author::admin : identity::author_of(&project().people, caller_);
}

bool CommandContext::database_is_there() {
  const auto& database = runtime().database();
  return !database.empty() && !is_not_there(database);
}

std::vector<Recovered> CommandContext::recover(RecoverOptions options) {
  (void)runs();
  return runtime().recover(std::move(options)).get();
}

void CommandContext::shut_down() {
  std::lock_guard lock(mutex_);
  shutting_down_ = true;
  if (runtime_) runtime_->shut_down(std::string(kShutdown));
}

void CommandContext::print_json(const boost::json::value& value) const { write_out(as_utf8(write_json(value)) + "\n"); }

void CommandContext::warn(std::string_view message) const {
  write_err("executus: " + styled("warning:", Style::yellow, terminal_.err_colour) + " " + printable(message) + "\n");
}

}  // namespace executus::cli
