#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>

#include <boost/json.hpp>
#include <unistd.h>

#include "base/contained.hpp"
#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/drive/signals.hpp"
#include "cli/input/attempts_limit.hpp"
#include "cli/service/notify_socket.hpp"
#include "cli/service/reload.hpp"
#include "cli/service/reloading_models.hpp"
#include "cli/service/watchdog.hpp"
#include "cli/service/work_log.hpp"
#include "runtime/live/folder_watch.hpp"
#include "runtime/live/live_agents.hpp"
#include "runtime/retention_rules.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

// How long opening the database may take, by the waits for others that write it. Said again while a database of an
// older format is brought up to this one, which takes as long as it is large.
constexpr Milliseconds kOpening{60'000};
// Beyond the window of a drain: calls with effects that are in flight, and giving the runs back.
constexpr Milliseconds kLeaving{30'000};
// How long a look at the store may take, by its waits for others that write, before the worker counts as hung.
constexpr Milliseconds kLook{20'000};

WorkOptions work_options(const Work& options) {
  WorkOptions work;
  if (options.concurrency < 1) throw failed("cli.usage", "--concurrency has to be at least 1");
  work.concurrency = options.concurrency;
  work.starts_per_second = options.starts_per_second;
  work.agents = options.agents;
  work.max_attempts = attempts_limit(options.max_attempts);
  return work;
}

Milliseconds drain_window(double seconds) {
  constexpr double kLongest = 86'400;
  if (!(seconds >= 0) || seconds > kLongest) throw failed("cli.usage", "--drain takes seconds, from 0 to 86400");
  return Milliseconds(static_cast<Milliseconds::rep>(seconds * 1'000));
}

// A worker as a service: its life from the first signal it may get to the last word it says.
class Service final {
 public:
  Service(CommandContext& context, const Work& options)
      : context_(context),
        options_(work_options(options)),
        window_(drain_window(options.drain_seconds)),
        manager_(process_environment()),
        log_(std::make_shared<WorkLog>(options.log == "json" ? LogForm::json : LogForm::text)),
        watchdog_(manager_.watchdog().value_or(kLook), std::max(kLook, manager_.watchdog().value_or(kLook)),
                  system_clock()) {
    options_.on_event = [this](const WorkEvent& event) { hear(event); };
    options_.retention = [this] { return retention_of(agents_.agents()); };
    context_.log_with(log_);
    context_.models_through([this](llm::ModelResolver& models) {
      auto reloading = std::make_unique<ReloadingModels>(models);
      models_ = reloading.get();
      return reloading;
    });
    context_.keep_agents(agents_);
    context_.while_bringing_up(
        [this] { manager_.tell(extended_by(kOpening) + "\nSTATUS=Bringing the database up to this format"); });
  }

  WorkSummary run() {
    SignalWatch signals([this] { stop(); }, [this] { reload(); });
    manager_.tell(extended_by(kOpening) + "\nSTATUS=Opening the database");
    auto& runtime = context_.runtime();
    (void)runtime.journal();
    manager_.tell("READY=1\nSTATUS=Working");
    log_->write(LogLine{LogLevel::info,
                        "working",
                        {{"database", runtime.database()},
                         {"concurrency", options_.concurrency},
                         {"starts_per_second", options_.starts_per_second},
                         {"pid", ::getpid()}}});
    (void)agents_.reload();
    FolderWatch saves([this] { return agents_.folders(); }, [this] { agents_.look(); });
    warn_of_unknown_agents();
    RootGroup pings(runtime.loop());
    auto worker = runtime.work(options_);
    if (manager_.watchdog()) pings.spawn(watchdog_.watch([this] { manager_.tell("WATCHDOG=1"); }));
    take(worker);
    return worker.join();
  }

 private:
  // A signal may have come before.
  void take(const executus::Worker& worker) {
    std::lock_guard lock(mutex_);
    worker_.emplace(worker);
    if (stopping_) worker_->drain(window_);
    if (reload_wanted_) read_again();
  }

  void stop() {
    manager_.tell("STOPPING=1\n" + extended_by(window_ + kLeaving) + "\nSTATUS=Leaving");
    watchdog_.rests();
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (worker_) worker_->drain(window_);
  }

  void reload() {
    std::lock_guard lock(mutex_);
    reload_wanted_ = true;
    if (worker_) read_again();
  }

  // With mutex_ held.
  void read_again() {
    reload_wanted_ = false;
    try {
      auto project = load_project_config(context_.globals().config).value();
      models_->use(make_models(project, context_.runtime(), *log_));
      log_->write(LogLine{LogLevel::info, "reloaded", {{"config", project.path}}});
      context_.use(std::move(project));
      (void)agents_.reload();
      worker_->look();
    } catch (...) {
      auto problem = current_error();
      log_->write(
          LogLine{LogLevel::error, "reload_failed", {{"error_code", problem.code()}, {"error", problem.message()}}});
    }
  }

  void take_schedules() {
    contained(*log_, LogLevel::error, {"the schedules of agent files stay as they were"},
              [this] { declare_schedules(context_, agents_.agents()); });
  }

  void hear(const WorkEvent& event) {
    if (const auto* looked = std::get_if<Looked>(&event)) {
      watchdog_.looked();
      tell_status("Driving " + std::to_string(looked->driven) + ", " + std::to_string(looked->due) + " due");
    }
    if (std::holds_alternative<LookFailed>(event)) watchdog_.looked();
    log_->write(event);
  }

  // Events come one at a time.
  void tell_status(std::string status) {
    if (status == status_ || stopping_) return;
    status_ = std::move(status);
    manager_.tell("STATUS=" + status_);
  }

  void warn_of_unknown_agents() {
    if (options_.agents.empty()) return;
    auto known = agent_library(context_).agents().names();
    for (const auto& agent : options_.agents)
      if (std::ranges::find(known, agent) == known.end())
        log_->log(LogLevel::warn, "--agent " + printable_line(agent) + ": there is no such agent in agents/" +
                                      did_you_mean(agent, known) +
                                      "; runs of that name are taken up where there are any");
  }

  CommandContext& context_;
  WorkOptions options_;
  const Milliseconds window_;
  const NotifySocket manager_;
  const std::shared_ptr<WorkLog> log_;
  Watchdog watchdog_;
  ReloadingModels* models_ = nullptr;  // the runtime's
  AgentFileLog agents_log_{*log_};
  LiveAgents agents_{[this] { return agent_library(context_, models_); }, agents_log_, [this] { take_schedules(); }};
  std::string status_;
  std::mutex mutex_;
  bool reload_wanted_ = false;
  std::atomic<bool> stopping_ = false;
  std::optional<executus::Worker> worker_;
};

// The first process of a container inherits orphans, and nothing else collects them. What this process waits for itself
// is found without a wait (a guard of programs).
void collect_orphans_as_first_process() {
  if (::getpid() == 1) (void)::signal(SIGCHLD, SIG_IGN);
}

json::object to_json(const WorkSummary& summary) {
  return {{"driven", summary.driven}, {"ended", summary.ended}, {"waits", summary.waits}, {"left", summary.left}};
}

}  // namespace

Exit execute(CommandContext& context, const Work& options) {
  collect_orphans_as_first_process();
  auto summary = Service(context, options).run();
  if (context.globals().json) context.print_json(to_json(summary));
  return Exit::ok;
}

}  // namespace executus::cli
