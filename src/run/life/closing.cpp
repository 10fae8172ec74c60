#include "run/life/closing.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <executus/agent/final_answer.hpp>
#include <executus/async/timing.hpp>

#include "agent/given_answer.hpp"
#include "async/cancel_link.hpp"
#include "run/calls/waits.hpp"
#include "run/life/contained_work.hpp"
#include "run/record/undelivered.hpp"

namespace executus::run {
namespace {

std::optional<Cancellation> shutdown_alone(const Cancellation& why) {
  return why.cause == Cause::shutdown ? std::optional(why) : std::nullopt;
}

// What the run says in the end; empty when that is the text of its last message.
std::string chosen_output(const journal::Checkpoint& checkpoint, const agent::AnswerForm* form) {
  if (form) return agent::given_value(checkpoint.conversation, *form).value();
  if (checkpoint.submitted) return *checkpoint.submitted;
  const auto& transcript = checkpoint.conversation.transcript();
  auto from = checkpoint.conversation.began_with();
  auto answer = agent::final_answer(transcript, from);
  return answer == agent::final_text(transcript, from) ? "" : answer;
}

}  // namespace

// While the store is away the run's end waits for it, as long as the run itself might have: only a shutdown cuts that
// short.
[[gnu::noinline]] Task<Closing::End> Closing::close(Ending& ending) {
  std::optional<Error> problem;
  TaskContext context = co_await this_task();
  CancelScope scope;
  CancelLink shutdown(scope, shutdown_alone);
  if (ending.how != StayEnd::leave && ending.how != StayEnd::disown) shutdown.follow(*context.scope);
  auto limit = std::max(kContainedLimit, parts_.max_runtime - parts_.recorder.limited_time());
  Deadline deadline(context, scope, later(context.strand->loop().clock().mono(), limit), "closing the run");
  TaskContext inner{context.strand, &scope};
  try {
    co_return co_await carry_out(ending).in(inner);
  } catch (const Cancelled& cancelled) {
    problem = cancelled;
    if (cancelled.cause() == Cause::ownership_lost)
      ending.how = StayEnd::disown, problem = failed("run.ownership_lost", cancelled.message());
  } catch (...) {
    problem = current_error();
  }
  co_await give_back(ending, *problem);
  co_return End::over;
}

// What cannot be closed stays for recovery.
Task<void> Closing::give_back(Ending& ending, const Error& problem) {
  bool is_lost = parts_.recorder.keep_by() && !parts_.recorder.may_be_kept();
  auto becomes = is_lost ? " and is lost, since it was not stored yet: " : " and stays for recovery: ";
  parts_.logger.log(LogLevel::error,
                    "run " + parts_.recorder.run().str() + " could not be closed" + becomes + problem.message());
  if (ending.how != StayEnd::leave) ending.error = problem.message(), ending.code = problem.code();
  if (ending.how == StayEnd::disown) co_return;
  if (std::exchange(ending.how, StayEnd::leave) != StayEnd::leave)
    co_await contained(parts_.recorder.leave(journal::Attempt::does_not_count), "giving the run back");
}

Task<Closing::End> Closing::carry_out(Ending& ending) {
  switch (ending.how) {
    case StayEnd::complete:
    case StayEnd::fail:
      co_return co_await end_run(ending);
    case StayEnd::park:
      (void)co_await parts_.recorder.close(ending.how, entries_of_wait(ending), {});
      break;
    case StayEnd::leave:
      co_await take_back_intents();
      co_await parts_.recorder.leave(ending.attempt);
      break;
    case StayEnd::disown:
      break;
  }
  co_return End::over;
}

// Commands that came after the loop's end are not lost: a cancel wins over the answer, a steer message is heard in
// another step when there is one, the others have nothing left to do.
Task<Closing::End> Closing::end_run(Ending& ending) {
  if (hears(ending) == Inbox::Hears::yes && co_await parts_.host.take_attached()) co_return End::goes_on;
  for (;;) {
    if (co_await parts_.recorder.close(ending.how, entries_of_end(ending), parts_.inbox.for_last_entry())) break;
    auto found = co_await parts_.inbox.apply_at_close(hears(ending));
    if (found.cancel) ending = Ending{StayEnd::fail, RunStatus::cancelled, "", "run.cancelled"};
    if (found.steered && !found.cancel) co_return End::goes_on;
  }
  co_return End::over;
}

Inbox::Hears Closing::hears(const Ending& ending) const {
  bool has_step = agent::can_hear(parts_.recorder.conversation(), parts_.host.limits());
  return ending.how == StayEnd::complete && has_step ? Inbox::Hears::yes : Inbox::Hears::no;
}

// Journals which calls were never sent, so that the next process does not have to settle them.
Task<void> Closing::take_back_intents() {
  auto entries = spent();
  std::ranges::move(entries_when_left(parts_.dispatcher.unsettled()), std::back_inserter(entries));
  if (!entries.empty())
    co_await contained(parts_.recorder.commit(std::move(entries), Boundary::plain), "taking back what was not sent");
}

Task<void> Closing::contained(Task<void> work, const char* what) {
  return contained_work(std::move(work), what, parts_.recorder.run(), parts_.logger);
}

std::vector<journal::Payload> Closing::spent() const {
  return {parts_.model.spent().begin(), parts_.model.spent().end()};
}

std::vector<journal::Payload> Closing::entries_of_wait(const Ending& ending) const {
  auto entries = spent();
  entries.push_back(waiting_for(ending));
  return entries;
}

std::vector<journal::Payload> Closing::entries_of_end(const Ending& ending) const {
  auto entries = spent();
  std::ranges::move(undelivered_at_end(parts_.recorder.checkpoint(), parts_.inbox.unheard()),
                    std::back_inserter(entries));
  std::ranges::move(entries_when_ended(parts_.dispatcher.unsettled()), std::back_inserter(entries));
  bool complete = ending.how == StayEnd::complete;
  if (!complete && !parts_.model.shown().empty()) entries.push_back(journal::Cut{parts_.model.shown()});
  journal::Ended ended{complete ? RunStatus::ok : ending.status, "", ending.error, ending.code};
  if (complete) ended.output = output(entries);
  if (ended.status == RunStatus::cancelled) ended.reason = parts_.inbox.why_cancelled();
  entries.push_back(std::move(ended));
  return entries;
}

// With phases it is what the last one said; the end of that phase is added to `entries`, unless it is journaled.
std::string Closing::output(std::vector<journal::Payload>& entries) const {
  const auto& checkpoint = parts_.recorder.checkpoint();
  if (!parts_.pipeline) return chosen_output(checkpoint, parts_.model.stage().form.get());
  if (parts_.pipeline->last_end()) entries.push_back(*parts_.pipeline->last_end());
  return parts_.pipeline->output();
}

journal::Waited Closing::waiting_for(const Ending& ending) const {
  if (ending.for_budget) return {WaitReason::budget, {}, ending.error, ending.room_at};
  if (ending.pause) return {WaitReason::provider, {}, ending.error, parts_.recorder.now() + *ending.pause};
  const auto& parked = parts_.dispatcher.parked();
  journal::Waited entry{parked.reason, parked.calls, parked.detail, std::nullopt};
  add_waits(entry, parts_.recorder.conversation().open_batch());
  return entry;
}

}  // namespace executus::run
