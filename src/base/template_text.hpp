// Prompt templates: {{Name}}, {{.Name}} and {{inputs.name}} are replaced by the text of that name, everything else
// stays as it is, and {{'{{'}} (or {{"{{"}}) is a {{ that begins no name. Nothing is escaped, replaced text is not
// looked at again.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus {

// By name, dotted names whole: "Query", "inputs.service", "plan".
using TemplateVariables = std::map<std::string, std::string, std::less<>>;

// Error template.malformed: a {{ without }}, what is no name between them, or an unknown name. A lone }} is text, since
// prompts quote JSON.
[[nodiscard]] Result<std::string> render_template(std::string_view text, const TemplateVariables& variables);

// A name in a template: where its {{ stands, and how it is written there, braces and all. Of a {{ that begins no name
// there is none.
struct TemplateName {
  std::string name;
  std::size_t offset = 0;
  std::string token;
};

// The names a template uses, in order. `malformed` hears of a {{ without }} (the last thing that is read) and of what
// is no name between them: where, and template.malformed.
using MalformedTemplate = std::function<void(std::size_t offset, const Error& why)>;
[[nodiscard]] std::vector<TemplateName> template_names(std::string_view text, const MalformedTemplate& malformed);

// The name in a text that is one {{name}} and nothing besides. Nothing: it is something else.
[[nodiscard]] std::optional<std::string> only_template_name(std::string_view text);

// Letters, digits and _, not starting with a digit.
[[nodiscard]] bool is_template_identifier(std::string_view name);

}  // namespace executus
