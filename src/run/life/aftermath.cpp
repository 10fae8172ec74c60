#include "run/life/aftermath.hpp"

#include <string>
#include <utility>

#include "base/contained.hpp"
#include "run/life/contained_work.hpp"
#include "run/sending/sending.hpp"

namespace executus::run {
namespace {

RunStats stats_of(const RunOutcome& outcome, Milliseconds runtime, const llm::CostSum& cost) {
  RunStats stats{outcome.status,     outcome.reason, outcome.output, outcome.error,
                 outcome.error_code, outcome.usage,  cost,           runtime};
  stats.steps = outcome.iterations;
  stats.tool_calls = static_cast<int>(outcome.tool_calls.size());
  for (const auto& call : outcome.tool_calls) ++stats.tools[call.tool];
  return stats;
}

// One thing after the run; what it throws is logged.
class Afterwards {
 public:
  Afterwards(AftermathParts parts, RunOutcome& outcome) : parts_(std::move(parts)), outcome_(outcome) {}

  Task<void> attempt(Task<void> work, const char* what) {
    return contained_work(std::move(work), what, outcome_.run_id, parts_.logger);
  }

  Task<void> post_run() {
    if (!parts_.session.post_run) co_return;
    PostRun run{outcome_.output, outcome_.messages};
    outcome_.post_run_result = co_await parts_.session.post_run(std::move(run));
  }

  // With time to note what became of it.
  Task<void> attempt_delivery() {
    Complaint complaint{parts_.logger, LogLevel::error, "run " + outcome_.run_id.str() + ": the delivery failed"};
    return contained_for(kAnswerLimit + kContainedLimit, deliver(), "the delivery", std::move(complaint));
  }

  Task<void> deliver() {
    auto* port = parts_.ports.delivery;
    if (parts_.delivery.id.empty()) co_return;
    if (port && !port->takes(parts_.delivery)) port = nullptr;
    if (parts_.journaled) co_return co_await deliver_from_outbox(port);
    journal::Outgoing end{outcome_.run_id, parts_.last_seq, {parts_.delivery.kind, parts_.delivery.id}};
    if (port) outcome_.delivery_id = co_await post_end(*port, target_of(end), outcome_);
  }

  Task<void> deliver_from_outbox(Delivery* port) {
    auto& store = *parts_.ports.journal;
    auto row = co_await store.outgoing_of(outcome_.run_id);
    bool is_of_this_end = row && row->seq == parts_.last_seq;  // the run may have gone on since
    if (!is_of_this_end) co_return;
    outcome_.outgoing = row;
    if (port && parts_.sender)
      if (auto sent = co_await parts_.sender->send_first(std::move(*row), outcome_))
        outcome_.outgoing = std::move(sent);
    if (outcome_.outgoing->state == journal::OutgoingState::delivered) outcome_.delivery_id = outcome_.outgoing->detail;
  }

  Task<void> close_audit() {
    if (parts_.audit) co_await parts_.audit->close(stats_of(outcome_, parts_.elapsed, parts_.cost));
  }

  Task<void> commit_budget() {
    if (parts_.ports.budget) co_await parts_.ports.budget->commit(parts_.info, parts_.used);
  }

  void clean_up() {
    if (!parts_.session.cleanup) return;
    contained(parts_.logger, LogLevel::error, {"run ", outcome_.run_id.str(), ": the clean-up failed"},
              parts_.session.cleanup);
  }

  void finalizers() {
    for (const auto& finalizer : parts_.ports.finalizers)
      contained(parts_.logger, LogLevel::error, {"run ", outcome_.run_id.str(), ": a finalizer failed"},
                [&] { finalizer(outcome_); });
  }

 private:
  AftermathParts parts_;
  RunOutcome& outcome_;
};

}  // namespace

Task<void> aftermath(AftermathParts parts, const Ending& ending, RunOutcome& outcome) {
  bool ended = ending.how == StayEnd::complete || ending.how == StayEnd::fail;
  bool ours = ending.how != StayEnd::disown;
  Afterwards after(std::move(parts), outcome);
  if (ended) {
    co_await after.attempt(after.post_run(), "the post-run hook");
    co_await after.attempt_delivery();
  }
  if (ours) {
    co_await after.attempt(after.close_audit(), "closing the audit record");
    co_await after.attempt(after.commit_budget(), "committing the budget");
  }
  after.clean_up();
  if (ended) after.finalizers();
}

}  // namespace executus::run
