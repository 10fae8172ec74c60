#include "run/record/undelivered.hpp"

#include <utility>

#include <executus/base/json.hpp>

#include "journal/signal_command.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {

namespace {

journal::Steered left(const journal::Command& command) {
  const auto* payload = command.payload.if_contains("payload");
  journal::LeftSignal signal{journal::signal_name(command), payload ? *payload : nullptr, command.at};
  auto text = "signal " + signal.name + (signal.payload.is_null() ? "" : " " + write_json(signal.payload));
  return {llm::user_message(std::move(text)), std::string(commands::kSignal), true, std::move(signal)};
}

}  // namespace

std::vector<journal::Payload> undelivered_at_end(const journal::Checkpoint& checkpoint,
                                                 std::span<const journal::Command> unread) {
  std::vector<journal::Payload> entries;
  auto add = [&](llm::Message message, std::string_view source) {
    entries.push_back(journal::Steered{std::move(message), std::string(source), true});
  };
  for (const auto& said : checkpoint.unanswered)
    if (said.source == commands::kSteer) add(said.message, commands::kSteer);
  for (const auto& command : unread) {
    if (journal::is_signal(command)) entries.emplace_back(left(command));
    if (command.kind != commands::kSteer) continue;
    if (auto message = commands::steer_message(command)) add(std::move(*message), commands::kSteer);
  }
  return entries;
}

}  // namespace executus::run
