#include "mcp/wire/tool_list.hpp"

#include <utility>

#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

ToolHints hints_in(const json::object& tool) {
  const auto* annotations = object_in(tool, "annotations");
  if (!annotations) return {};
  return {text_or(*annotations, "title"), is_true(*annotations, "readOnlyHint"),
          is_true(*annotations, "idempotentHint")};
}

ListedTool::AsTask as_task_in(const json::object& tool) {
  const auto* execution = object_in(tool, "execution");
  auto support = execution ? text_or(*execution, "taskSupport") : std::string();
  if (support == "required") return ListedTool::AsTask::must;
  return support == "optional" ? ListedTool::AsTask::may : ListedTool::AsTask::never;
}

json::value member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? *value : json::value(nullptr);
}

ListedTool read_tool(const json::object& tool) {
  return {text_or(tool, "name"),
          text_or(tool, "description"),
          member(tool, "inputSchema"),
          member(tool, "outputSchema"),
          hints_in(tool),
          as_task_in(tool)};
}

}  // namespace

Result<ToolPage> read_tool_page(const json::object& result) {
  const auto* tools = array_in(result, "tools");
  if (!tools) return failed("mcp.malformed", "the answer to tools/list has no list 'tools'");
  ToolPage page;
  for (const auto& one : *tools)
    if (const auto* tool = one.if_object(); tool && text_in(*tool, "name")) page.tools.push_back(read_tool(*tool));
  if (const auto* cursor = text_in(result, "nextCursor")) page.next = std::string(*cursor);
  return page;
}

}  // namespace executus::mcp
