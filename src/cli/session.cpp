#include "cli/session.hpp"

#include <boost/json.hpp>

#include <executus/base/environment.hpp>

#include "base/text.hpp"
#include "cli/agent_lookup.hpp"

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

}  // namespace

Session::Session(Globals globals)
    : globals_(std::move(globals)),
      terminal_(look_at_terminal()),
      logger_(std::make_unique<StderrLogger>(terminal_.err_colour)),
      palette_([this](std::string_view name) { return find_delegate(*this, name); }) {}

Session::~Session() = default;

const ProjectConfig& Session::project() {
  if (!project_) project_ = load_project_config(globals_.config).value();
  return *project_;
}

// Built-in < executus.yaml < environment < flags.
RuntimeOptions Session::runtime_options() {
  const auto& environment = process_environment();
  RuntimeOptions options;
  options.database = globals_.database;
  if (options.database.empty() && environment.get("EXECUTUS_DB").value_or("").empty())
    options.database = project().database;
  options.tiers = project().tiers;
  options.aliases = project().aliases;
  options.context_tokens = project().context_tokens;
  options.model_limits = project().limits;
  options.observer = observer_.get();
  options.logger = logger_.get();
  options.ports.palette = &palette_;
  return options;
}

Runtime& Session::runtime() {
  if (runtime_) return *runtime_;
  runtime_ = std::make_unique<Runtime>(runtime_options());
  std::lock_guard lock(mutex_);
  driving_.emplace(runtime_->loop());
  return *runtime_;
}

RunOutcome Session::drive(Task<RunOutcome> task) {
  (void)runtime();
  std::promise<RunOutcome> promise;
  auto handle = driving_->spawn(detail::fulfil(std::move(task), promise));
  bool late = false;  // the signal came before the task
  {
    std::lock_guard lock(mutex_);
    late = shutting_down_;
  }
  if (late) handle.cancel({Cause::shutdown, std::string(kShutdown)});
  driving_->join();
  return promise.get_future().get();
}

std::vector<Recovered> Session::recover(const RecoverOptions& options) {
  auto& store = journal();
  return executus::recover(*driving_, runtime().executor(), store, options);
}

void Session::shut_down() {
  std::lock_guard lock(mutex_);
  shutting_down_ = true;
  if (driving_) driving_->cancel_all({Cause::shutdown, std::string(kShutdown)});
}

void Session::print_json(const boost::json::value& value) const {
  write_out(as_utf8(boost::json::serialize(value)) + "\n");
}

void Session::warn(std::string_view message) const {
  write_err("executus: " + styled("warning:", Style::yellow, terminal_.err_colour) + " " + printable(message) + "\n");
}

}  // namespace executus::cli
