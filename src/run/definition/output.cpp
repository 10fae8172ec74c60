#include "run/definition/output.hpp"

#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "agent/answer_form.hpp"

namespace executus::run {
namespace {

Error no_output(const Agent& agent, const std::string& why) {
  return failed("submission.output", "agent '" + agent.name + "' cannot be run: " + why);
}

}  // namespace

void check_output(const Agent& agent) {
  if (auto wrong = check_schema(agent.output))
    throw no_output(agent, "its output is no JSON Schema: " + wrong->message());
  if (agent.phases.empty() || !agent.phases.back().optional || agent.phases.back().fallback.empty()) return;
  auto reading = agent::AnswerForm(agent.output).of_text(agent.phases.back().fallback);
  if (!reading.value)
    throw no_output(
        agent, "what stands in for the answer of its last phase does not fit its output: " + reading.findings.front());
}

}  // namespace executus::run
