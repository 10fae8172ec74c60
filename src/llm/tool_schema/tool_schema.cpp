#include "llm/tool_schema/tool_schema.hpp"

#include <string>
#include <utility>

#include <boost/json.hpp>

#include "base/json_schema/ref.hpp"
#include "base/json_schema/walk.hpp"
#include "llm/tool_schema/flat_root.hpp"
#include "llm/tool_schema/lowering.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

// Where the root was made flat, a reference into it, or to all of it, leads elsewhere.
bool references_hold(const json::value& schema, bool is_same_root) {
  bool hold = true;
  for_each_keyword(schema, "", [&](std::string_view keyword, const json::value& value, const std::string&) {
    if (keyword != "$ref") return;
    hold = hold && value.is_string() && resolve_ref(schema, value.get_string()) != nullptr &&
           (is_same_root || value.get_string() != "#");
  });
  return hold;
}

json::value with_refs(const json::value& original, const json::value& root, const ToolSchemaRules& rules) {
  auto part = Lowering(original, rules, Lowering::RefsMean::the_same).of(root);
  if (!part.is_exact) part = Lowering(original, rules, Lowering::RefsMean::perhaps_more).of(root);
  return std::move(part.schema);
}

}  // namespace

json::object lowered(const json::object& parameters, const ToolSchemaRules& rules) {
  const json::value original(parameters);
  const json::value root(flat_root(parameters));
  auto schema = with_refs(original, root, rules);
  if (rules.refs == ToolSchemaRules::Refs::kept && !references_hold(schema, root == original)) {
    auto inlining = rules;
    inlining.refs = ToolSchemaRules::Refs::inlined;
    schema = with_refs(original, root, inlining);
  }
  return std::move(schema.as_object());
}

}  // namespace executus::llm
