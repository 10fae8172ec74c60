#include "critic/escalator_answer.hpp"

#include <algorithm>
#include <string>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/text.hpp"

namespace executus::critic {
namespace {

constexpr std::size_t kLongestText = 2000;  // characters, of a message or reason

constexpr std::string_view kDecisionSchema = R"({
  "type": "object",
  "properties": {
    "action": {"enum": ["wait", "nudge", "extend", "raise_steps", "kill"]},
    "message": {"type": "string", "minLength": 1},
    "minutes": {"type": "number", "exclusiveMinimum": 0},
    "steps": {"type": "integer", "minimum": 1},
    "reason": {"type": "string", "minLength": 1}
  },
  "required": ["action", "reason"],
  "additionalProperties": false,
  "anyOf": [
    {"properties": {"action": {"enum": ["wait", "kill"]}}},
    {"properties": {"action": {"const": "nudge"}}, "required": ["message"]},
    {"properties": {"action": {"const": "extend"}}, "required": ["minutes"]},
    {"properties": {"action": {"const": "raise_steps"}}, "required": ["steps"]}
  ]
})";

// "```json\n...\n```" without its fence; other text as it is.
std::string_view unfenced(std::string_view text) {
  constexpr std::string_view fence = "```";
  text = trim(text);
  const auto line_end = text.find('\n');
  if (!text.starts_with(fence) || !text.ends_with(fence) || line_end == text.npos) return text;
  return text.substr(line_end + 1, text.size() - line_end - 1 - fence.size());
}

std::string text_of(const boost::json::object& answer, std::string_view key) {
  const auto* value = answer.if_contains(key);
  return value ? std::string(clip(value->as_string(), kLongestText)) : std::string();
}

// At most `most`; figures of any size are compared as doubles before they become integers.
std::int64_t bounded(const boost::json::value& figure, double unit, std::int64_t most) {
  const double value = figure.to_number<double>() * unit;
  return value < static_cast<double>(most) ? static_cast<std::int64_t>(value) : most;
}

}  // namespace

std::string_view decision_schema_text() { return kDecisionSchema; }

Result<boost::json::value> read_answer(std::string_view text) {
  static const boost::json::value schema = parse_json(kDecisionSchema).value();
  auto answer = parse_json(unfenced(text));
  if (!answer)
    return failed("critic.answer", "the critic's model did not answer with JSON: " + answer.error().message());
  if (auto findings = validate(schema, *answer); !findings.empty())
    return failed("critic.answer", "the critic's model did not answer as the schema says: " + findings.front());
  return answer;
}

CriticDecision decide(const boost::json::object& answer, const DecisionBounds& bounds) {
  const std::string_view action = answer.at("action").as_string();
  CriticDecision decision;
  decision.reason = text_of(answer, "reason");
  decision.kill = action == "kill";
  if (action == "extend")
    decision.extend_by = Milliseconds(bounded(answer.at("minutes"), 60'000, bounds.extend.count()));
  if (action == "raise_steps") decision.raise_steps_by = static_cast<int>(bounded(answer.at("steps"), 1, bounds.steps));
  if (action == "nudge" || action == "extend" || action == "raise_steps") decision.nudge = text_of(answer, "message");
  return decision;
}

}  // namespace executus::critic
