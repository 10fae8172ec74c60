// A page of `tools/list`. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <executus/base/result.hpp>

namespace executus::mcp {

// What a server says of its tool's effects. It counts only where the server is trusted.
struct ToolHints {
  std::string title = {};
  bool read_only = false;
  bool idempotent = false;
};

struct ListedTool {
  std::string name;
  std::string description = {};
  boost::json::value input = nullptr;   // inputSchema, as it came
  boost::json::value output = nullptr;  // outputSchema; null: none
  ToolHints hints = {};
  enum class AsTask { never, may, must } as_task = AsTask::never;  // 2025-11-25
};

// A tool without a name is left out: nothing can call it. Error mcp.malformed: it is no list of tools.
struct ToolPage {
  std::vector<ListedTool> tools = {};
  std::optional<std::string> next = {};  // cursor of the next page
};
[[nodiscard]] Result<ToolPage> read_tool_page(const boost::json::object& result);

}  // namespace executus::mcp
