#include "run/live_run.hpp"

#include <set>
#include <utility>

#include <executus/async/timing.hpp>

#include "run/commands.hpp"
#include "run/model_call.hpp"
#include "run/stored_tools.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kCleanupLimit{10'000};
constexpr Milliseconds kProviderPause{60'000};  // how long a run parked for its provider sleeps before it is due again

// Providers may leave ids out or repeat them; results are matched by id on the next request.
void make_call_ids_unique(llm::Message& message, std::uint32_t ordinal) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
    auto& id = message.tool_calls[i].id;
    if (id.empty() || seen.contains(id)) id = "call_" + std::to_string(ordinal) + "_" + std::to_string(i);
    seen.insert(id);
  }
}

journal::Ended ended_entry(const Ending& ending) {
  return {ending.verdict == Verdict::complete ? RunStatus::ok : ending.status, "", ending.error, ending.code};
}

}  // namespace

LiveRun::LiveRun(Parts parts, journal::Checkpoint checkpoint, const Defaults& defaults,
                 const std::string& system_header, const Clock& clock, RunObserver* observer, Logger& logger)
    : parts_(std::move(parts)),
      defaults_(defaults),
      system_header_(system_header),
      observer_(observer),
      logger_(logger),
      recorder_(parts_.id, std::move(checkpoint), parts_.checkpointer.get(), clock, observer, logger),
      dispatcher_(recorder_, parts_.toolbox, parts_.agent.root, parts_.agent.on_in_doubt),
      seq_at_start_(recorder_.checkpoint().last_seq) {
  recorder_.ride(journal::Opened{parts_.epoch, parts_.worker});
  if (parts_.claimed) recorder_.expect_commands();
}

Task<Ending> LiveRun::drive() {
  Stop stop;
  co_await loop(stop);
  stop.recovered = parts_.claimed && seq_at_start_ > 1;
  stop.progressed = recorder_.checkpoint().last_seq > seq_at_start_;
  stop.max_iterations = parts_.agent.max_iterations;
  co_return co_await finalize(decide_ending(stop, parts_.agent.on_model_unavailable));
}

// The loop, and what stopped it. Everything a port, a tool or a model throws ends up here.
[[gnu::noinline]] Task<void> LiveRun::loop(Stop& stop) {
  try {
    co_await loop_in_scope(stop);
  } catch (const Cancelled& cancelled) {
    stop.cancelled = cancelled.cause();
    stop.error = cancelled;
  } catch (const StoreUnavailable& away) {
    stop.store_away = true;
    stop.error = away;
  } catch (const llm::ModelError& error) {
    stop.model_away = error.failure() != llm::Failure::permanent;
    stop.error = error;
  } catch (...) {
    stop.error = current_error();
  }
  scope_ = nullptr;
}

Task<void> LiveRun::loop_in_scope(Stop& stop) {
  TaskContext context = co_await this_task();
  CancelScope scope(*context.scope);
  MonoTime end = context.strand->loop().clock().mono() + (parts_.agent.max_runtime - recorder_.checkpoint().elapsed);
  Deadline deadline(context, scope, end, "max_runtime");
  scope_ = &scope;
  agent::Limits limits{parts_.agent.max_iterations, defaults_.max_consecutive_tool_errors,
                       defaults_.max_same_tool_call_repeats};
  TaskContext inner{context.strand, &scope};
  stop.end = co_await agent::run_loop(*this, limits).in(inner);
}

llm::Request LiveRun::request() const {
  const auto& prompt = parts_.agent.system_prompt;
  llm::Request request;
  request.system = system_header_.empty() ? prompt : system_header_ + "\n\n" + prompt;
  request.messages = recorder_.conversation().transcript();
  request.tools = parts_.specs;
  return request;
}

// No coroutine of its own: a run spends its life in model calls, and ten thousand of them may.
Task<llm::Response> LiveRun::ask() {
  if (recorder_.commands_waiting()) return ask_after_commands();
  auto on_retry = [this](std::string_view why) {
    recorder_.show_delay("the model call failed and is tried again: " + std::string(why));
  };
  return call_model(*parts_.model, request(), observer_ ? this : nullptr, on_retry);
}

Task<llm::Response> LiveRun::ask_after_commands() {
  co_await apply_commands();
  co_return co_await ask();
}

void LiveRun::on_text(std::string_view delta) {
  if (observer_) observer_->on_text(parts_.id, recorder_.conversation().responses(), delta);
}
void LiveRun::on_reset() {
  if (observer_) observer_->on_reset(parts_.id, recorder_.conversation().responses());
}

// The output gate: nothing acts on a response before it is durable.
Task<void> LiveRun::record(llm::Response response) {
  make_call_ids_unique(response.message, recorder_.conversation().responses());
  auto intent = dispatcher_.first_intent(response.message);
  std::vector<journal::Payload> payloads;
  payloads.push_back(journal::Responded{std::move(response)});
  Boundary boundary = intent ? Boundary::gated : Boundary::plain;
  if (intent) {
    dispatcher_.armed(intent->call);
    payloads.push_back(std::move(*intent));
  }
  co_await recorder_.commit(std::move(payloads), boundary);
}

Task<agent::LoopHost::Batch> LiveRun::run_batch() {
  if (recorder_.commands_waiting()) co_await apply_commands();
  if (recorder_.conversation().open_batch().empty()) co_return Batch::settled;
  co_return co_await dispatcher_.run_batch();
}

Task<void> LiveRun::look_at_inbox() {
  bool cancel = false;
  try {
    for (const auto& command : co_await recorder_.inbox()) cancel = cancel || command.kind == commands::kCancel;
  } catch (...) {
    logger_.log(LogLevel::warn,
                "reading the inbox of run " + parts_.id.str() + " failed: " + current_error().message());
  }
  if (cancel && scope_) scope_->cancel({Cause::caller, "cancelled by command"});
}

Task<void> LiveRun::apply_commands() {
  for (auto& command : co_await recorder_.inbox())
    if (co_await apply(std::move(command))) throw Cancelled({Cause::caller, "cancelled by command"});
}

Task<bool> LiveRun::apply(journal::Command command) {
  if (command.kind == commands::kCancel) {
    cancel_commands_.push_back(command.id);
    co_return true;
  }
  if (command.kind == commands::kResolve) {
    co_await resolve(std::move(command));
  } else {
    Consumed ids{command.id};
    logger_.log(LogLevel::warn,
                "run " + parts_.id.str() + ": dropped a command of unknown kind '" + command.kind + "'");
    co_await recorder_.commit({}, Boundary::plain, std::move(ids));
  }
  co_return false;
}

// A resolution of a call that is not in doubt (any more) changes nothing, and is consumed all the same.
Task<void> LiveRun::resolve(journal::Command command) {
  std::vector<journal::Payload> payloads;
  if (auto entry = commands::resolution_entry(recorder_.conversation(), command)) payloads.push_back(std::move(*entry));
  Consumed ids{command.id};
  co_await recorder_.commit(std::move(payloads), Boundary::gated, std::move(ids));
}

[[gnu::noinline]] Task<Ending> LiveRun::finalize(Ending ending) {
  std::optional<Error> problem;
  try {
    co_await detached_for(kCleanupLimit, carry_out(ending), "closing the run");
  } catch (const Cancelled& cancelled) {
    problem = cancelled;
    if (cancelled.cause() == Cause::ownership_lost) ending.verdict = Verdict::disown;
  } catch (...) {
    problem = current_error();
  }
  if (problem) {
    logger_.log(LogLevel::error,
                "run " + parts_.id.str() + " could not be closed and stays for recovery: " + problem->message());
    if (ending.verdict != Verdict::leave) ending.error = problem->message(), ending.code = problem->code();
    if (ending.verdict != Verdict::disown) ending.verdict = Verdict::leave;
  }
  co_return ending;
}

Task<void> LiveRun::carry_out(Ending& ending) {
  switch (ending.verdict) {
    case Verdict::complete:
    case Verdict::fail:
      co_await close(ending);
      break;
    case Verdict::park:
    case Verdict::park_for_provider: {
      journal::Payload waited = waiting_for(ending);
      (void)co_await recorder_.close(Recorder::Close::park, std::move(waited), {});
      break;
    }
    case Verdict::leave:
      co_await recorder_.leave(ending.attempt_counts ? Checkpointer::Attempt::counts
                                                     : Checkpointer::Attempt::does_not_count);
      break;
    case Verdict::disown:
      break;
  }
}

// Commands that came after the loop's end are not lost: a cancel wins over the answer, the others have nothing left to
// do.
Task<void> LiveRun::close(Ending& ending) {
  Consumed consumed = cancel_commands_;
  for (;;) {
    auto how = ending.verdict == Verdict::complete ? Recorder::Close::complete : Recorder::Close::fail;
    journal::Payload ended = ended_entry(ending);
    if (co_await recorder_.close(how, std::move(ended), consumed)) co_return;
    consumed = cancel_commands_;
    for (const auto& command : co_await recorder_.inbox()) {
      if (command.kind == commands::kCancel)
        ending = Ending{Verdict::fail, RunStatus::cancelled, "", "run.cancelled", false};
      consumed.push_back(command.id);
    }
  }
}

journal::Waited LiveRun::waiting_for(const Ending& ending) const {
  if (ending.verdict == Verdict::park) return {WaitReason::in_doubt, dispatcher_.in_doubt(), "", std::nullopt};
  return {WaitReason::provider, {}, ending.error, recorder_.now() + kProviderPause};
}

RunOutcome LiveRun::outcome(const Ending& ending) const {
  RunOutcome outcome = outcome_of(parts_.id, recorder_.checkpoint(), stored_tools(parts_.toolbox));
  outcome.agent = parts_.agent.name;
  outcome.parent = parts_.parent;
  outcome.attempts = parts_.attempts_before + 1;
  if (ending.verdict == Verdict::leave || ending.verdict == Verdict::disown) {
    outcome.status = RunStatus::running;
    outcome.reason = ending.error;
    outcome.error_code = ending.code;
  }
  return outcome;
}

}  // namespace executus::run
