#include "run/life/aftermath.hpp"

#include <string>
#include <utility>

#include <executus/async/timing.hpp>

namespace executus::run {
namespace {

constexpr Milliseconds kLimit{10'000};

RunStats stats_of(const RunOutcome& outcome, Milliseconds runtime) {
  return {outcome.status, outcome.output, outcome.error,
          outcome.usage,  runtime,        static_cast<int>(outcome.tool_calls.size())};
}

// One thing after the run; what it throws is logged.
class Afterwards {
 public:
  Afterwards(AftermathParts parts, RunOutcome& outcome) : parts_(std::move(parts)), outcome_(outcome) {}

  Task<void> contained(Task<void> work, const char* what) {
    std::optional<Error> problem;
    try {
      co_await detached_for(kLimit, std::move(work), what);
    } catch (...) {
      problem = current_error();
    }
    if (problem)
      parts_.logger.log(LogLevel::error,
                        "run " + outcome_.run_id.str() + ": " + what + " failed: " + problem->message());
  }

  Task<void> post_run() {
    if (!parts_.session.post_run) co_return;
    PostRun run{outcome_.output, outcome_.messages};
    outcome_.post_run_result = co_await parts_.session.post_run(std::move(run));
  }

  Task<void> deliver() {
    auto* delivery = parts_.ports.delivery;
    if (!delivery || parts_.delivery.id.empty()) co_return;
    if (outcome_.ok())
      outcome_.delivery_id = co_await delivery->deliver(parts_.delivery, outcome_.output, outcome_.artifacts);
    else
      co_await delivery->deliver_error(
          parts_.delivery, outcome_.error.empty() ? std::string(to_string(outcome_.status)) : outcome_.error);
  }

  Task<void> close_audit() {
    if (parts_.audit) co_await parts_.audit->close(stats_of(outcome_, parts_.used));
  }

  Task<void> commit_budget() {
    if (parts_.ports.budget) co_await parts_.ports.budget->commit(parts_.info, parts_.used);
  }

  void clean_up() {
    try {
      if (parts_.session.cleanup) parts_.session.cleanup();
    } catch (...) {
      parts_.logger.log(LogLevel::error,
                        "run " + outcome_.run_id.str() + ": the clean-up failed: " + current_error().message());
    }
  }

  void finalizers() {
    for (const auto& finalizer : parts_.ports.finalizers) try {
        finalizer(outcome_);
      } catch (...) {
        parts_.logger.log(LogLevel::error,
                          "run " + outcome_.run_id.str() + ": a finalizer failed: " + current_error().message());
      }
  }

 private:
  AftermathParts parts_;
  RunOutcome& outcome_;
};

}  // namespace

Task<void> aftermath(AftermathParts parts, const Ending& ending, RunOutcome& outcome) {
  bool ended = ending.verdict == Verdict::complete || ending.verdict == Verdict::fail;
  bool ours = ending.verdict != Verdict::disown;
  Afterwards after(std::move(parts), outcome);
  if (ended) {
    co_await after.contained(after.post_run(), "the post-run hook");
    co_await after.contained(after.deliver(), "the delivery");
  }
  if (ours) {
    co_await after.contained(after.close_audit(), "closing the audit record");
    co_await after.contained(after.commit_budget(), "committing the budget");
  }
  after.clean_up();
  if (ended) after.finalizers();
}

}  // namespace executus::run
