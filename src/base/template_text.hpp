// Prompt templates: {{Name}}, {{.Name}} and {{inputs.name}} are replaced by the text of that name, everything else
// stays as it is. Nothing is escaped, replaced text is not looked at again.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <executus/base/result.hpp>

namespace executus {

// By name, dotted names whole: "Query", "inputs.service", "plan".
using TemplateVariables = std::map<std::string, std::string, std::less<>>;

// Error template.malformed: a {{ without }}, what is no name between them, or an unknown name. A lone }} is text, since
// prompts quote JSON.
[[nodiscard]] Result<std::string> render_template(std::string_view text, const TemplateVariables& variables);

// Letters, digits and _, not starting with a digit.
[[nodiscard]] bool is_template_identifier(std::string_view name);

}  // namespace executus
