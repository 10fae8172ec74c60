// What one command works with: its global options, the terminal, the project's configuration, and a runtime that is
// made when first needed.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/runtime/runtime.hpp>
#include <executus/tool/permission.hpp>

#include "cli/input/options.hpp"
#include "cli/output/terminal.hpp"
#include "runtime/agent_file/agent_file.hpp"
#include "runtime/agent_file/file_sub_agents.hpp"
#include "runtime/live/live_agents.hpp"
#include "runtime/project_config.hpp"

namespace executus::cli {

class CommandContext final {
 public:
  explicit CommandContext(Globals globals);
  ~CommandContext();
  CommandContext(const CommandContext&) = delete;
  CommandContext& operator=(const CommandContext&) = delete;

  [[nodiscard]] const Globals& globals() const noexcept { return globals_; }
  [[nodiscard]] const Terminal& terminal() const noexcept { return terminal_; }
  [[nodiscard]] const ProjectConfig& project();  // any thread; throws Error config.*

  // Targets and people are those of `project` from here on; what project() gave before stays as it is. Any thread.
  void use(ProjectConfig project);

  // The observer of all runs. Called before the runtime is first asked for.
  void observe(std::shared_ptr<RunObserver> observer) { observer_ = std::move(observer); }

  // Is told what each answer of a model used and cost; likewise.
  void record_usage(std::shared_ptr<llm::UsageSink> sink) { usage_ = std::move(sink); }

  // What no caller waits for goes there, instead of to standard error as it is. Before the runtime is first asked for,
  // as is the next.
  void log_with(std::shared_ptr<Logger> logger) { logger_ = std::move(logger); }
  using ModelsThrough = std::function<std::unique_ptr<llm::ModelResolver>(llm::ModelResolver& models)>;
  void models_through(ModelsThrough through) { models_through_ = std::move(through); }

  // Is called while the database is brought up to this format (RuntimeOptions::bringing_up); likewise.
  void while_bringing_up(std::function<void()> call) { bringing_up_ = std::move(call); }

  // Agents and skills by name are those of `agents`, which lives as long as this; before the runtime is first asked
  // for.
  void keep_agents(LiveAgents& agents);
  [[nodiscard]] LiveAgents* live_agents() const noexcept { return live_agents_; }

  // Has runs recorded, or answered from a recording; before the runtime is first asked for.
  void use(Cassette cassette) { cassette_ = std::move(cassette); }
  [[nodiscard]] const Cassette& cassette() const noexcept { return cassette_; }

  // Whose saved agents and skills there are, and who saves some; empty: who works here, and names nobody.
  void act_for(std::string caller) { caller_ = std::move(caller); }
  [[nodiscard]] std::string caller() { return owner_of(caller_); }

  // The id of the member that this name means, else as it is. Throws Error config.*, as the others here do.
  [[nodiscard]] std::string person(std::string_view name);

  // Who has the saved agents of a run with that caller.
  [[nodiscard]] std::string owner_of(std::string_view caller);

  // What that one may name: who works here may name all tools, as may those that the configuration calls admins.
  [[nodiscard]] tool::Author author();

  // The command only reads: a database that cannot be written is opened all the same, a missing one is reported and not
  // made. Call it before runtime().
  void only_reads() noexcept { only_reads_ = true; }

  // The command is about existing runs: where there is no database, it makes none and says so.
  void wants_runs() noexcept { wants_runs_ = true; }

  // Throws Error cassette.* when there is one that cannot be used.
  [[nodiscard]] Runtime& runtime();
  // Opens the database; says once where a command that looks for runs finds none.
  [[nodiscard]] Runs runs();

  // Whether there is a database open. A run that is kept in memory needs none, and looking must not make one.
  [[nodiscard]] bool has_store() const { return runtime_ && runtime_->database_is_open(); }

  // Whether there is a database to open; opens and makes none.
  [[nodiscard]] bool database_is_there();

  // Runs a task to its end.
  template <class T>
  T wait(Task<T> task) {
    return block_on(runtime().loop(), std::move(task));
  }

  [[nodiscard]] std::vector<Recovered> recover(RecoverOptions options);

  // Asks the runs that are driven here to stop at their next boundary, and those that are begun later. Any thread.
  void shut_down();

  void print_json(const boost::json::value& value) const;
  void print(std::string_view text) const { write_out(text); }
  void warn(std::string_view message) const;

 private:
  [[nodiscard]] RuntimeOptions runtime_options();

  Globals globals_;
  Terminal terminal_;
  Cassette cassette_;
  std::string caller_;
  bool only_reads_ = false, wants_runs_ = false;
  bool looked_ = false;
  std::mutex projects_mutex_;
  std::vector<std::unique_ptr<const ProjectConfig>> projects_;  // as they were read, the newest last
  std::shared_ptr<RunObserver> observer_;                       // shared with the command that shows it
  std::shared_ptr<llm::UsageSink> usage_;                       // shared with the command that shows it
  std::shared_ptr<Logger> logger_;                              // shared with the command that writes to it
  ModelsThrough models_through_;
  std::function<void()> bringing_up_;
  LiveAgents* live_agents_ = nullptr;  // null: files are read when they are named
  std::optional<FileSubAgents> sub_agents_;
  std::mutex mutex_;  // of what shut_down() touches
  bool shutting_down_ = false;
  std::unique_ptr<Runtime> runtime_;
};

}  // namespace executus::cli
