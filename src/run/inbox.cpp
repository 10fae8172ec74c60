#include "run/inbox.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>

#include "run/commands.hpp"

namespace executus::run {
namespace {

// What a command changes; nothing when it answers no open question, or cannot be read.
std::optional<journal::Payload> answer(const llm::Conversation& conversation, const journal::Command& command,
                                       Inbox::Hears hears) {
  try {
    if (command.kind == commands::kSteer)
      if (auto message = commands::steer_message(command))
        return journal::Steered{std::move(*message), "steer", hears == Inbox::Hears::no};
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
  for (auto& command : co_await recorder_.inbox()) {
    if (which == Which::not_steer && command.kind == commands::kSteer) continue;
    if (command.kind == commands::kCancel) {
      for_last_entry_.push_back(command.id);
      throw Cancelled({Cause::caller, "cancelled by command"});
    }
    co_await take(std::move(command), Hears::yes);
  }
}

// What a command causes and its consumption are one transaction. A command that has nothing to do (any more) is
// consumed all the same.
Task<void> Inbox::take(journal::Command command, Hears hears) {
  std::vector<journal::Payload> payloads;
  if (auto entry = answer(recorder_.conversation(), command, hears))
    payloads.push_back(std::move(*entry));
  else
    logger_.log(LogLevel::warn,
                "run " + recorder_.run().str() + ": " + dropped(command) + " had nothing to do and was dropped");
  Consumed ids{command.id};
  auto boundary = command.kind == commands::kSteer ? Boundary::plain : Boundary::gated;
  co_await recorder_.commit(std::move(payloads), boundary, std::move(ids));
}

Task<Inbox::AtClose> Inbox::apply_at_close(Hears hears) {
  AtClose found;
  for (auto& command : co_await recorder_.inbox()) {
    bool known = std::ranges::find(for_last_entry_, command.id) != for_last_entry_.end();
    if (known) continue;
    if (command.kind == commands::kSteer) {
      found.steered = hears == Hears::yes;
      co_await take(std::move(command), hears);
      continue;
    }
    if (command.kind == commands::kCancel) found.cancel = true;
    for_last_entry_.push_back(command.id);
  }
  co_return found;
}

}  // namespace executus::run
