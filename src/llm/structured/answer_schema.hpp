// What a model is told about the answer that is wanted. Pure.
#pragma once

#include <span>
#include <string>

#include <boost/json/object.hpp>

#include <executus/llm/model.hpp>

namespace executus::llm {

// `schema` with every field required that may be null: providers that hold a model to a schema want all fields
// required, and a model that has to say null forgets less. What fits it fits `schema` too. A schema with oneOf in it
// stays as it is.
[[nodiscard]] boost::json::object with_fields_required(boost::json::object schema);

// For the end of a system prompt, where the provider takes no schema.
[[nodiscard]] std::string schema_instructions(const boost::json::object& schema);

// The message that sends an answer back. `schema` null: the model has it already.
[[nodiscard]] std::string repair_message(std::span<const std::string> findings, const boost::json::object* schema);

}  // namespace executus::llm
