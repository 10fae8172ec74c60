#include "llm/tool_names.hpp"

#include <utility>

namespace executus::llm {
namespace {

constexpr std::size_t kLongestName = 64;

std::string fit(const std::string& name) {
  std::string wire = name.substr(0, kLongestName);
  for (char& c : wire) {
    bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!allowed) c = '_';
  }
  return wire.empty() ? "_" : wire;
}

std::string numbered(const std::string& wire, int number) {
  std::string suffix = "_" + std::to_string(number);
  return wire.substr(0, kLongestName - suffix.size()) + suffix;
}

}  // namespace

// Names that fit as they are come first: they keep their name whatever else is in the list.
ToolNames::ToolNames(const ToolSpecs& tools) {
  for (const auto& tool : tools)
    if (fit(tool.name) == tool.name) assign(tool.name, tool.name);
  for (const auto& tool : tools) {
    if (wires_.contains(tool.name)) continue;
    std::string base = fit(tool.name), wire = base;
    for (int number = 2; names_.contains(wire); ++number) wire = numbered(base, number);
    assign(tool.name, std::move(wire));
  }
}

void ToolNames::assign(const std::string& name, std::string wire) {
  names_.emplace(wire, name);
  wires_.emplace(name, std::move(wire));
}

std::string ToolNames::to_wire(const std::string& name) const {
  auto found = wires_.find(name);
  return found == wires_.end() ? fit(name) : found->second;
}

std::string ToolNames::from_wire(const std::string& wire) const {
  auto found = names_.find(wire);
  return found == names_.end() ? wire : found->second;
}

}  // namespace executus::llm
