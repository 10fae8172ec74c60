#include "run/record/undelivered.hpp"

#include <utility>

#include "run/record/journal_commands.hpp"

namespace executus::run {

std::vector<journal::Payload> undelivered_at_end(const journal::Checkpoint& checkpoint,
                                                 std::span<const journal::Command> unread) {
  std::vector<journal::Payload> entries;
  auto add = [&](llm::Message message) {
    entries.push_back(journal::Steered{std::move(message), std::string(commands::kSteer), true});
  };
  for (const auto& said : checkpoint.unanswered)
    if (said.source == commands::kSteer) add(said.message);
  for (const auto& command : unread)
    if (command.kind == commands::kSteer)
      if (auto message = commands::steer_message(command)) add(std::move(*message));
  return entries;
}

}  // namespace executus::run
