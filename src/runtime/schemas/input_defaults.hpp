// The defaults of a JSON Schema's properties, held to that schema. `schema` is always one that check_schema() passes.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "runtime/schemas/inputs_schema.hpp"

namespace executus {

// Each `default` of a property that its own schema refuses.
[[nodiscard]] std::vector<SchemaFault> unfit_defaults(const boost::json::object& schema);

// What the rest of the schema says against the defaults, whatever else is given: no run that lacks such an input
// begins.
[[nodiscard]] std::vector<SchemaFault> refused_defaults(const boost::json::object& schema);

// Defaults that fit each for itself, and not without another input that is not required.
[[nodiscard]] std::vector<SchemaFault> incomplete_defaults(const boost::json::object& schema);

}  // namespace executus
