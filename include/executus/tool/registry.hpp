// Tools by name, and the ordered set of them that one run uses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tool {

// The tools of one run, in the order the model sees them (stable: prompt caches depend on it). Immutable once built.
class Toolbox final {
 public:
  // Throws Error "tool.duplicate" when the name is taken, "tool.declared" when there is no tool (null).
  void add(std::shared_ptr<Tool> tool);

  [[nodiscard]] Tool* find(std::string_view name) const;  // null: no such tool
  [[nodiscard]] llm::ToolSpecs specs() const;             // shared with the tools
  [[nodiscard]] bool empty() const noexcept { return tools_.empty(); }
  [[nodiscard]] const std::vector<std::shared_ptr<Tool>>& tools() const noexcept { return tools_; }

 private:
  std::vector<std::shared_ptr<Tool>> tools_;
};

// All tools a process has. Filled at start, read by every run. Not thread-safe while it is being filled.
class Registry final {
 public:
  void add(std::shared_ptr<Tool> tool);  // throws as that of Toolbox

  [[nodiscard]] std::shared_ptr<Tool> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;  // sorted

  // The tools `patterns` (names or globs) select, in the order of the patterns, then by name. The error names every
  // pattern that selects nothing.
  [[nodiscard]] Result<Toolbox> select(const std::vector<std::string>& patterns) const;

 private:
  std::vector<std::shared_ptr<Tool>> tools_;  // sorted by name
};

}  // namespace executus::tool
