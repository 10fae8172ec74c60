// Rules for the `inputs` of an agent file beyond those of JSON Schema: what they say can be given.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace executus {

// Where in the schema, as a JSON pointer, and what.
struct SchemaFault {
  std::string pointer;
  std::string message;
};

// What no run could satisfy: inputs that are no object, and required ones that nothing declares. `schema` is one that
// check_schema() passes.
[[nodiscard]] std::vector<SchemaFault> faults_of_inputs(const boost::json::object& schema);

// Each `default` of a property that its own schema refuses.
[[nodiscard]] std::vector<SchemaFault> unfit_defaults(const boost::json::object& schema);

}  // namespace executus
