#include "run/calls/call_outcome.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace executus::run {

journal::Settled settled_entry(const llm::CallRecord& record, tool::Outcome outcome) {
  journal::Settled entry;
  entry.call = record.position;
  entry.key = record.key;
  if (auto* done = std::get_if<tool::Done>(&outcome)) {
    entry.state = llm::CallState::done;
    entry.text = std::move(done->text);
    entry.images = std::move(done->images);
    entry.attached = std::move(done->attached);
    entry.artifacts = std::move(done->artifacts);
    entry.submitted = std::move(done->submitted);
    entry.notes = std::move(done->notes);
  } else {
    entry.state = llm::CallState::failed;
    auto& failed = std::get<tool::Failed>(outcome);
    entry.text = std::move(failed.message);
    entry.notes = std::move(failed.notes);
  }
  return entry;
}

tool::Outcome outcome_unknown(const llm::ToolCall& call, tool::Effect effect, const std::string& reason) {
  std::string cause = reason.empty() ? "" : " Cause: " + reason;  // last: it may quote what a program wrote
  if (effect == tool::Effect::pure) return tool::Failed{"this call of '" + call.name + "' gave no answer." + cause};
  std::string advice =
      effect == tool::Effect::idempotent ? "Repeating it is harmless." : "Do not repeat it before you have checked.";
  return tool::Failed{"the outcome of this call of '" + call.name + "' is unknown: it may or may not have happened. " +
                      advice + cause};
}

tool::Outcome unknown_tool(const llm::ToolCall& call, const tool::Toolbox& toolbox) {
  std::vector<std::string_view> names;
  for (const auto& tool : toolbox.tools()) names.emplace_back(tool->info().spec.name);
  return tool::Failed{"there is no tool named '" + call.name + "'" + did_you_mean(call.name, names)};
}

}  // namespace executus::run
