#include "runtime/agent_file/agent_output.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "agent/answer_form.hpp"
#include "base/among.hpp"
#include "run/definition/phase_edges.hpp"
#include "runtime/schemas/schema_doubts.hpp"

namespace executus {
namespace {

// What the answer of the phase has to fit; null: it is text.
const boost::json::object* form_of(const Agent& agent, std::size_t i) {
  if (!agent.output.empty() && run::answers_for_run(agent.phases, i)) return &agent.output;
  return agent.phases[i].output.empty() ? nullptr : &agent.phases[i].output;
}

void check_fallback(Fields& fields, const Agent& agent, std::size_t i, const boost::json::object& form) {
  const auto& fallback = agent.phases[i].fallback;
  if (fallback.empty())
    return fields.warning_below("phases", pointer_to("", i),
                                "when this phase fails, the run does too: an empty answer is none of 'output'; give it "
                                "one with 'on_error'");
  auto reading = agent::AnswerForm(form).of_text(fallback);
  bool is_runs = &form == &agent.output;
  if (!reading.value)
    fields.error_below("phases", pointer_to("", i) + "/on_error/use",
                       std::string("'use' stands in for the ") + (is_runs ? "run's" : "phase's") +
                           " answer, and does not fit 'output': " + reading.findings.front());
}

}  // namespace

// What stands in for an answer that is a value has to be one too.
void check_fallbacks(Fields& fields, const Agent& agent) {
  for (std::size_t i = 0; i < agent.phases.size(); ++i)
    if (const auto* form = form_of(agent, i); form && agent.phases[i].optional) check_fallback(fields, agent, i, *form);
}

std::optional<Error> report_output(Fields& fields, std::string_view key, const std::string& below,
                                   const boost::json::object& schema, const std::vector<std::string>& own) {
  for (const auto& line : unchecked_keywords(schema)) fields.warning_below(key, below, "'output': " + line);
  if (auto wrong = check_schema(schema)) return wrong;
  for (const auto& doubt : doubts_about(schema))
    fields.warning_below(key, below + doubt.pointer, "'output': " + doubt.message);
  if (is_among(agent::kSubmitTool, own))
    fields.error_below(key, below,
                       "with 'output' the model hands its answer in by a tool called 'submit', and the agent has one "
                       "of that name; rename that");
  return std::nullopt;
}

void read_output(Fields& fields, Agent& agent, const std::vector<std::string>& own) {
  auto schema = fields.json_object("output");
  if (!schema) return;
  if (schema->empty())
    return fields.error("output", "'output' is empty: say what the answer is ({type: object, ...}), or leave it out");
  if (auto wrong = report_output(fields, "output", "", *schema, own))
    return fields.error("output", "'output': " + wrong->message());
  agent.output = std::move(*schema);
}

}  // namespace executus
