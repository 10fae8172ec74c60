#include "tools/shared/declared_rules.hpp"

#include <executus/base/error.hpp>

namespace executus::tools {

void refuse_declaration_if(const std::optional<std::string>& problem, const tool::ToolInfo& info) {
  if (problem) throw failed("tool.declared", "tool '" + info.spec.name + "': " + *problem);
}

}  // namespace executus::tools
