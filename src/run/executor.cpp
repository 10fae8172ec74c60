#include <utility>

#include <executus/run/executor.hpp>

#include "base/contained.hpp"
#include "run/drive/children.hpp"
#include "run/drive/driver.hpp"
#include "run/drive/left_children.hpp"
#include "run/drive/live_runs.hpp"
#include "run/open/opening.hpp"
#include "run/sending/sender.hpp"

namespace executus {
namespace {

ExecutorConfig with_defaults(ExecutorConfig config) {
  const Defaults fallback;
  auto& d = config.defaults;
  if (d.max_iterations <= 0) d.max_iterations = fallback.max_iterations;
  if (d.max_runtime.count() <= 0) d.max_runtime = fallback.max_runtime;
  if (d.fallback_tier.empty()) d.fallback_tier = fallback.fallback_tier;
  if (d.max_consecutive_tool_errors <= 0) d.max_consecutive_tool_errors = fallback.max_consecutive_tool_errors;
  if (d.compaction_threshold_ratio <= 0) d.compaction_threshold_ratio = fallback.compaction_threshold_ratio;
  if (d.critic_absolute_max.count() <= 0) d.critic_absolute_max = fallback.critic_absolute_max;
  if (d.drain_window.count() <= 0) d.drain_window = fallback.drain_window;
  if (d.max_same_tool_call_repeats <= 0) d.max_same_tool_call_repeats = fallback.max_same_tool_call_repeats;
  return config;
}

Task<RunOutcome> in_place(Task<std::unique_ptr<RunOutcome>> driven) {
  auto outcome = co_await std::move(driven);
  co_return std::move(*outcome);
}

std::unique_ptr<run::Sender> make_sender(const Ports& ports, Logger& logger) {
  if (!ports.journal || !ports.delivery) return nullptr;
  return std::make_unique<run::Sender>(run::SendingParts{*ports.journal, *ports.delivery, logger});
}

Task<std::size_t> sent_out(run::Sender* sender, Logger& logger) {
  if (!sender) co_return 0;
  try {
    co_return co_await sender->send_due();
  } catch (const Cancelled&) {  // the rest is sent later
  } catch (...) {
    log_caught(logger, LogLevel::warn, {"what ended runs send out could not be sent"});
  }
  co_return 0;
}

}  // namespace

// Each part is made from those above it.
struct Executor::Impl {
  explicit Impl(ExecutorConfig with_gaps)
      : config(with_defaults(std::move(with_gaps))), logger(config.logger ? *config.logger : null_logger()) {}

  const ExecutorConfig config;
  Logger& logger;
  const std::shared_ptr<run::LiveRuns> live_runs = std::make_shared<run::LiveRuns>();
  run::LeftChildren left_children;
  const std::unique_ptr<run::Sender> sender = make_sender(config.ports, logger);  // null: nothing is sent out
  run::Opening opening{config, sender.get(), logger};
  run::Driver driver{config.ports.journal, opening, *live_runs, left_children, logger};
  run::Children children{config.ports, opening, driver, left_children, logger};
};

Executor::Executor(ExecutorConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Executor::~Executor() = default;

Task<RunOutcome> Executor::run(Agent agent, Invocation invocation) {
  auto submission = std::make_unique<run::Submission>(run::Submission{std::move(agent), std::move(invocation)});
  return in_place(impl_->driver.submit(std::move(submission), impl_->children));
}
Task<RunOutcome> Executor::resume(journal::RunRow claimed, std::optional<std::uint64_t> lapses) {
  return in_place(impl_->driver.resume(std::move(claimed), impl_->children, lapses));
}
std::vector<std::string> Executor::missing_for(const Agent& agent) const { return impl_->opening.missing_for(agent); }
std::vector<std::string> Executor::missing_for(const RunId& run, const journal::Admitted& admitted) const {
  return impl_->opening.missing_for(run, admitted);
}
Task<std::size_t> Executor::send_outgoing() { return sent_out(impl_->sender.get(), impl_->logger); }
bool Executor::sends_out() const { return impl_->sender != nullptr; }
Agent Executor::as_admitted(const RunId& run, const journal::Admitted& admitted, Agent agent) const {
  return impl_->opening.as_admitted(run, admitted, std::move(agent));
}
boost::json::object Executor::with_model(const boost::json::object& agent, std::string model) const {
  auto changed = agent_from_json(agent).value();
  changed.model = std::move(model);
  changed.model_tier.clear();
  changed.context_tokens = 0;
  return to_json(impl_->opening.with_its_model(std::move(changed)));
}
Task<void> Executor::share_files(RunId from, RunId to) const {
  auto* port = impl_->config.ports.input_files;
  if (port) co_await port->share(std::move(from), std::move(to));
}

Task<void> Executor::erase_files(RunId run) const {
  auto* port = impl_->config.ports.input_files;
  if (port) co_await port->erase(std::move(run));
}
void Executor::look_at_inbox(const RunId& run) { impl_->live_runs->look_at_inbox_of(run); }

}  // namespace executus
