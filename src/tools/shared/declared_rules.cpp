#include "tools/shared/declared_rules.hpp"

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/base/json_schema.hpp>

namespace executus::tools {

void refuse_declaration_if(const std::optional<std::string>& problem, const tool::ToolInfo& info) {
  if (problem) throw failed("tool.declared", "tool '" + info.spec.name + "': " + *problem);
}

std::optional<tool::Outcome> refused_arguments(const tool::ToolInfo& info, const boost::json::object& arguments) {
  auto wrong = validate(info.spec.parameters, arguments);
  if (wrong.empty()) return std::nullopt;
  return tool::Failed{"the arguments do not fit: " + wrong.front(), true};
}

}  // namespace executus::tools
