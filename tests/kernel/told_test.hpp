// Everything of a run's outcome that must not depend on how often its process died, as text that tests compare.
#pragma once

#include <sstream>
#include <string>

#include <executus/base/json.hpp>
#include <executus/llm/message.hpp>
#include <executus/run/outcome.hpp>

namespace executus::run {

inline void tell_call(std::ostream& text, const CallSummary& call) {
  text << "\ncall " << call.call_id << " of " << call.tool << " (" << call.effect << ") " << llm::to_string(call.state)
       << " " << call.idempotency_key;
}

// Not in it: how often the run was taken up, and a call sent.
inline std::string told(const RunOutcome& outcome) {
  std::ostringstream text;
  text << to_string(outcome.status) << " '" << outcome.output << "' " << outcome.error << " " << outcome.error_code
       << " finish " << (outcome.finish ? llm::to_string(*outcome.finish) : "none") << "\nsteps " << outcome.iterations
       << " tokens " << outcome.usage.input << "/" << outcome.usage.output << " unanswered "
       << outcome.unanswered_usage.input << " below " << outcome.runs_below;
  for (const auto& phase : outcome.phases) text << "\nphase " << phase.name << ": " << phase.output;
  for (const auto& file : outcome.artifacts) text << "\nfile " << file.name;
  for (const auto& call : outcome.tool_calls) tell_call(text, call);
  for (const auto& activity : outcome.activities) text << "\n" << activity.summary;
  for (const auto& message : outcome.messages) text << "\n> " << write_json(llm::to_json(message));
  for (const auto& said : outcome.unheard) text << "\nunheard: " << said;
  return text.str();
}

}  // namespace executus::run
