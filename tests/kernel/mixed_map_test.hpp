// A map of which an item waits for a person, and another one may fail.
#pragma once

#include <executus/journal/checkpoint.hpp>

#include "kernel/mapping_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {

// Two places: the second item waits for a person, one fails while it is broken.
struct Mixed : Mapping {
  explicit Mixed(MapItems::OnFailure on_failure, std::string fails = "3")
      : Mapping(numbered(4), {"{{plan.items}}", "researcher", "{{item}}", 2, on_failure}) {
    look->change().effect = tool::Effect::irreversible;
    sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
    on_child = [this, fails](const std::string& prompt, std::size_t turn) -> std::optional<llm::Response> {
      if (prompt == fails && broken) return break_down();
      if (prompt == "1" && turn == 0) return calls({{"l", "look", "{}"}});
      return std::nullopt;
    };
  }
  std::optional<RunId> waiting() {
    for (const auto& row : children())
      if (row.status == RunStatus::waiting) return row.id;
    return std::nullopt;
  }
  void approve() {
    auto child = *waiting();
    auto record = journal::fold(entries(child.str()));
    post(commands::approve(record.conversation.open_batch()[0], Approval::approved, ""), child.str());
  }
  // The child that waits first, as a recovery does.
  std::optional<RunOutcome> go_on() {
    if (auto child = waiting()) {
      approve();
      (void)recover(child->str());
    }
    return recover();
  }
  bool broken = true;
};

}  // namespace executus::run
