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

// What no run could satisfy: inputs that are no object, required ones that nothing declares, ones that are declared
// beside the schema's own `properties` (in its `$ref` or `allOf`), where no run looks for them, and more of them than
// `maxProperties` lets in. `schema` is one that check_schema() passes.
[[nodiscard]] std::vector<SchemaFault> faults_of_inputs(const boost::json::object& schema);

}  // namespace executus
