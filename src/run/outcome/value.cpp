// The value in a run's answer.
#include <string>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/run/outcome.hpp>

namespace executus {
namespace {

std::string standing(const RunOutcome& outcome) {
  if (outcome.ok()) return "it ended well, and its answer is text (RunOutcome::output): its agent has no 'output'";
  std::string text = is_terminal(outcome.status) ? "it ended as " : "it has not ended: ";
  text += to_string(outcome.status);
  if (!outcome.error_code.empty()) text += " (" + outcome.error_code + ")";
  const auto& why = outcome.error.empty() ? outcome.reason : outcome.error;
  return why.empty() ? text : text + ": " + why;
}

}  // namespace

void set_value(RunOutcome& outcome, const boost::json::object& schema) {
  outcome.typed.reset();
  if (!outcome.ok() || schema.empty()) return;
  auto value = parse_json(outcome.output);
  if (value.ok() && validate(schema, *value).empty()) outcome.typed = std::move(*value);
}

Error RunOutcome::no_value() const {
  return failed("run.no_value", "run " + run_id.str() + " has no value: " + standing(*this));
}

Error RunOutcome::no_value(const Error& why) const {
  return failed("run.no_value", "the value of run " + run_id.str() + " is none of the type asked for: " +
                                    why.message() + "; ask for the type that the agent's output was made of");
}

}  // namespace executus
