// The root of a tool's schema as one object, where it is a choice among several or a reference. Pure.
#pragma once

#include <boost/json/object.hpp>

namespace executus::llm {

// `root` with the properties of all schemas that its $ref, allOf, anyOf and oneOf lead to, and of the type object. What
// every choice requires stays required. What fits `root` fits this. References stay as they are.
[[nodiscard]] boost::json::object flat_root(const boost::json::object& root);

}  // namespace executus::llm
