#include "runtime/schedules/scheduled_run.hpp"

#include <utility>

namespace executus::host {
namespace {

// The store is away, or there is no room for the run. All else is wrong with the agent or the submission.
bool may_pass(std::string_view code) { return code.starts_with("store.") || code.starts_with("queue."); }

}  // namespace

Invocation invocation_of(const ScheduledAgent& scheduled, const schedule::Order& order) {
  Invocation invocation;
  invocation.run_id = RunId::parse(order.run_id).value();
  invocation.prompt = scheduled.schedule.prompt;
  invocation.inputs = scheduled.inputs;
  invocation.caller = scheduled.caller;
  invocation.delivery = scheduled.delivery;
  invocation.channel = journal::kScheduleChannel;
  invocation.attributes = {{"schedule", order.job.id}, {"schedule_due", rfc3339(order.due)}};
  invocation.start = Invocation::Start::queued;
  return invocation;
}

schedule::Refused refusal_of(const RunOutcome& outcome) {
  if (may_pass(outcome.error_code)) throw Error(ErrorKind::overloaded, outcome.error_code, outcome.error);
  return {outcome.error_code + ": " + outcome.error};
}

}  // namespace executus::host
