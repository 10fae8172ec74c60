// What a JSON Schema of an agent file says to no effect, or so that no value fits: legal, and hardly meant.
#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include "runtime/schemas/inputs_schema.hpp"

namespace executus {

// `schema` is one that check_schema() passes.
[[nodiscard]] std::vector<SchemaFault> doubts_about(const boost::json::object& schema);

}  // namespace executus
