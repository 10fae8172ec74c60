// A tool as the model sees it: a value, so that tools can be declared without knowing of models.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::llm {

struct ToolSpec {
  std::string name;
  std::string description;
  boost::json::object parameters;  // JSON Schema of the arguments
  bool operator==(const ToolSpec&) const = default;
};
using ToolSpecs = std::shared_ptr<const std::vector<ToolSpec>>;  // shared: the same for every step of a run

}  // namespace executus::llm
