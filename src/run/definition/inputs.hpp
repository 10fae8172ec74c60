// The inputs of an invocation and the prompts that name them as {{inputs.NAME}}. Pure.
#pragma once

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/template_text.hpp"

namespace executus::run {

// The properties of the schema; none where it has no such map.
[[nodiscard]] const boost::json::object& declared_inputs(const boost::json::object& schema);

// `given`, with the defaults that the schema's properties name.
[[nodiscard]] boost::json::object with_defaults(const boost::json::object& schema, boost::json::object given);

// `given`, with null for every input that the schema declares and `given` lacks: a prompt may name it.
[[nodiscard]] boost::json::object with_absent(const boost::json::object& schema, boost::json::object given);

// What stands in a prompt for a value: a text as it is, nothing for null, else JSON.
[[nodiscard]] std::string text_in_prompt(const boost::json::value& value);

// inputs.NAME, as text_in_prompt() has them.
void add_input_variables(TemplateVariables& variables, const boost::json::object& inputs);

}  // namespace executus::run
