#include "run/record/undelivered.hpp"

#include <utility>

#include <executus/base/json.hpp>

#include "journal/signal_command.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {

namespace {

llm::Message signal_message(const journal::Command& command) {
  const auto* payload = command.payload.if_contains("payload");
  bool empty = !payload || payload->is_null();
  return llm::user_message("signal " + journal::signal_name(command) + (empty ? "" : " " + write_json(*payload)));
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
    if (journal::is_signal(command)) add(signal_message(command), commands::kSignal);
    if (command.kind != commands::kSteer) continue;
    if (auto message = commands::steer_message(command)) add(std::move(*message), commands::kSteer);
  }
  return entries;
}

}  // namespace executus::run
