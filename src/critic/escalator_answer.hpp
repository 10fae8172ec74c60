// From a model's answer to a decision.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include <executus/base/result.hpp>
#include <executus/run/critic.hpp>

namespace executus::critic {

// What a model may give at a time.
struct DecisionBounds {
  Milliseconds extend{0};
  int steps = 0;
};

// JSON Schema of an answer.
[[nodiscard]] std::string_view decision_schema_text();

// The JSON object in `text`: alone, or alone in a code fence. Error critic.answer: it is none, or does not fit the
// schema.
[[nodiscard]] Result<boost::json::value> read_answer(std::string_view text);

// Precondition: `answer` fits the schema. Figures beyond the bounds are cut, long texts too. Usage is left empty.
[[nodiscard]] CriticDecision decide(const boost::json::object& answer, const DecisionBounds& bounds);

}  // namespace executus::critic
