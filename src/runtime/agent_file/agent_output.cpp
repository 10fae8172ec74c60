#include "runtime/agent_file/agent_output.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "agent/answer_form.hpp"
#include "runtime/agent_file/schema_doubts.hpp"

namespace executus {
namespace {

// What stands in for the answer of the last phase is the run's answer too.
void check_fallback(Fields& fields, const Agent& agent) {
  if (agent.phases.empty() || !agent.phases.back().optional) return;
  std::string at = pointer_to("", agent.phases.size() - 1);
  const auto& fallback = agent.phases.back().fallback;
  if (fallback.empty())
    return fields.warning_below("phases", at,
                                "when this phase fails, the run does too: an empty answer is none of 'output'; give it "
                                "one with 'on_error'");
  auto reading = agent::AnswerForm(agent.output).of_text(fallback);
  if (!reading.value)
    fields.error_below("phases", at + "/on_error/use",
                       "'use' stands in for the run's answer, and does not fit 'output': " + reading.findings.front());
}

}  // namespace

void read_output(Fields& fields, Agent& agent, const std::vector<std::string>& own) {
  auto schema = fields.json_object("output");
  if (!schema) return;
  if (schema->empty())
    return fields.error("output", "'output' is empty: say what the answer is ({type: object, ...}), or leave it out");
  for (const auto& line : unchecked_keywords(*schema)) fields.warning("output", "'output': " + line);
  if (auto wrong = check_schema(*schema)) return fields.error("output", "'output': " + wrong->message());
  for (const auto& doubt : doubts_about(*schema))
    fields.warning_below("output", doubt.pointer, "'output': " + doubt.message);
  if (std::ranges::find(own, agent::kSubmitTool) != own.end())
    fields.error("output",
                 "with 'output' the model hands its answer in by a tool called 'submit', and the agent has one "
                 "of that name; rename that");
  agent.output = std::move(*schema);
  check_fallback(fields, agent);
}

}  // namespace executus
