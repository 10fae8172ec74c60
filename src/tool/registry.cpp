#include <algorithm>
#include <utility>

#include <executus/tool/registry.hpp>

#include "base/text.hpp"
#include "tool/chosen_by_name.hpp"

namespace executus::tool {
namespace {

Error duplicate_tool(const std::string& name) {
  return failed("tool.duplicate", "two tools are named '" + name + "'; rename one of them");
}

// A factory of the host gave it.
void require(const std::shared_ptr<Tool>& tool) {
  if (!tool) throw failed("tool.declared", "a tool is null: what was asked to make it made none; fix that factory");
}

bool selects(const std::string& pattern, const ToolInfo& info) {
  return is_chosen_by_name(info) ? pattern == info.spec.name : matches_glob(pattern, info.spec.name);
}

bool tool_name_less(const std::shared_ptr<Tool>& tool, std::string_view name) { return tool->info().spec.name < name; }

}  // namespace

void Toolbox::add(std::shared_ptr<Tool> tool) {
  require(tool);
  if (find(tool->info().spec.name)) throw duplicate_tool(tool->info().spec.name);
  tools_.push_back(std::move(tool));
}

Tool* Toolbox::find(std::string_view name) const {
  for (const auto& tool : tools_)
    if (tool->info().spec.name == name) return tool.get();
  return nullptr;
}

llm::ToolSpecs Toolbox::specs() const {
  llm::ToolSpecs::Shared specs;
  for (const auto& tool : tools_) specs.emplace_back(tool, &tool->info().spec);
  return llm::ToolSpecs(std::move(specs));
}

void Registry::add(std::shared_ptr<Tool> tool) {
  require(tool);
  const auto& name = tool->info().spec.name;
  auto place = std::lower_bound(tools_.begin(), tools_.end(), name, tool_name_less);
  if (place != tools_.end() && (*place)->info().spec.name == name) {
    // A host that has a tool of its own for that keeps it.
    if (!is_chosen_by_name((*place)->info()) || is_chosen_by_name(tool->info())) throw duplicate_tool(name);
    *place = std::move(tool);
    return;
  }
  tools_.insert(place, std::move(tool));
}

std::shared_ptr<Tool> Registry::find(std::string_view name) const {
  auto place = std::lower_bound(tools_.begin(), tools_.end(), name, tool_name_less);
  return place != tools_.end() && (*place)->info().spec.name == name ? *place : nullptr;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const auto& tool : tools_) names.push_back(tool->info().spec.name);
  return names;
}

Result<Toolbox> Registry::select(const std::vector<std::string>& patterns) const {
  Toolbox box;
  std::string missing;
  for (const auto& pattern : patterns) {
    bool found = false;
    for (const auto& tool : tools_) {
      if (!selects(pattern, tool->info())) continue;
      found = true;
      if (!box.find(tool->info().spec.name)) box.add(tool);
    }
    if (found) continue;
    std::string near = closest(pattern, names());
    missing +=
        (missing.empty() ? "'" : ", '") + pattern + "'" + (near.empty() ? "" : " (did you mean '" + near + "'?)");
  }
  if (missing.empty()) return box;
  return failed("tool.unknown", "no tool is named " + missing + "; `executus tools list` shows all");
}

}  // namespace executus::tool
