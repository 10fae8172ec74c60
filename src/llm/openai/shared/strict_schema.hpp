// An answer's schema as OpenAI's structured outputs take it. Pure.
//
// A strict schema is one the model is held to while it writes; OpenAI takes a part of JSON Schema for it
// (developers.openai.com/api/docs/guides/structured-outputs, "Supported schemas") and refuses all else with status 400.
// What is no such schema, and cannot be made one without forbidding what it was written for, is sent as not strict.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include <executus/llm/model.hpp>

namespace executus::llm::openai {

// `schema` as a strict one: objects that list their properties are closed, properties that may be null are required,
// and what says nothing of values ($schema, $comment, default) is left out. Each answer that fits it fits `schema` too.
// Nothing: it has an object that is open on purpose or lists no properties, a property that may be left out but not be
// null, a keyword or a pattern OpenAI does not take, a place where anything goes; or its root is no object.
[[nodiscard]] std::optional<boost::json::object> strict_schema(const boost::json::object& schema);

// {"name", "strict", "schema"}, as both APIs have it: strict when it can be.
[[nodiscard]] boost::json::object sent_schema(const AnswerSchema& answer);

}  // namespace executus::llm::openai
