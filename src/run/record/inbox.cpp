#include "run/record/inbox.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>

#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

// What a command changes; nothing when it answers no open question, or cannot be read.
std::optional<journal::Payload> answer(const llm::Conversation& conversation, const journal::Command& command) {
  try {
    if (command.kind == commands::kSteer)
      if (auto message = commands::steer_message(command))
        return journal::Steered{std::move(*message), std::string(commands::kSteer), false};
    if (command.kind == commands::kResolve) return commands::resolution_entry(conversation, command);
    if (command.kind == commands::kApprove) return commands::approval_entry(conversation, command);
  } catch (const std::exception&) {
    // Written by another program, or a newer version.
  }
  return std::nullopt;
}

// A command that was dropped, for the log: what it said, and of which call.
std::string dropped(const journal::Command& command) {
  std::string said = "the command '" + commands::answer_name(command) + "'";
  const auto* call = command.payload.if_contains("call");
  return call ? said + " for call " + write_json(*call) : said;
}

}  // namespace

Task<void> Inbox::apply(Which which) {
  auto waiting = co_await recorder_.inbox();
  bool hears = which == Which::all && !commands::asks_to_cancel(waiting);
  for (auto& command : waiting) {
    if (command.kind == commands::kSignal) continue;  // for the call that waits for it, now or later
    if (command.kind == commands::kSteer && !hears) {
      recorder_.expect_commands();  // for the next step, whether or not an append tells of it before that
      continue;
    }
    if (command.kind == commands::kCancel) {
      for_last_entry_.push_back(command.id);
      if (why_cancelled_.empty()) why_cancelled_ = commands::why_cancelled(waiting);
      throw Cancelled({Cause::caller, "cancelled by command"});
    }
    co_await take(std::move(command));
  }
}

// What a command causes and its consumption are one transaction. A command that has nothing to do (any more) is
// consumed all the same.
Task<void> Inbox::take(journal::Command command) {
  std::vector<journal::Payload> payloads;
  if (auto entry = answer(recorder_.conversation(), command))
    payloads.push_back(std::move(*entry));
  else if (command.kind != commands::kRaised)  // that had it taken up, and its budget is asked anew
    log_dropped(command);
  Consumed ids{command.id};
  auto boundary = command.kind == commands::kSteer ? Boundary::plain : Boundary::gated;
  co_await recorder_.commit(std::move(payloads), boundary, std::move(ids));
}

Task<Inbox::AtClose> Inbox::apply_at_close(Hears hears) {
  auto waiting = co_await recorder_.inbox();
  auto is_known = [&](const auto& command) { return std::ranges::count(for_last_entry_, command.id) > 0; };
  std::erase_if(waiting, is_known);
  AtClose found;
  found.cancel = commands::asks_to_cancel(waiting);
  if (why_cancelled_.empty()) why_cancelled_ = commands::why_cancelled(waiting);
  for (auto& command : waiting) {
    bool steers = command.kind == commands::kSteer;
    if (steers && hears == Hears::yes && !found.cancel) {
      found.steered = true;
      co_await take(std::move(command));
    } else {
      for_last_entry_.push_back(command.id);
      if (steers || command.kind == commands::kSignal) keep_unheard(std::move(command));
    }
  }
  if (found.steered && !found.cancel) leave_signals();
  co_return found;
}

// The run goes on: a call may take them yet.
void Inbox::leave_signals() {
  for (const auto& command : unheard_)
    if (command.kind == commands::kSignal) std::erase(for_last_entry_, command.id);
  std::erase_if(unheard_, [](const auto& command) { return command.kind == commands::kSignal; });
}

void Inbox::keep_unheard(journal::Command command) {
  if (command.kind == commands::kSteer && !commands::steer_message(command)) log_dropped(command);
  unheard_.push_back(std::move(command));
}

void Inbox::log_dropped(const journal::Command& command) {
  logger_.log(LogLevel::warn,
              "run " + recorder_.run().str() + ": " + dropped(command) + " had nothing to do and was dropped");
}

}  // namespace executus::run
