#include <utility>

#include <executus/llm/kit/tool_names.hpp>

#include "base/ascii.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kLongestName = 64;

bool begins_name(char c) { return is_ascii_letter(c) || c == '_'; }
bool stays_in_name(char c) { return begins_name(c) || is_ascii_digit(c) || c == '-'; }

// What becomes '_' may stand at the beginning.
std::string fit(const std::string& name) {
  std::string wire = name;
  for (char& c : wire)
    if (!stays_in_name(c)) c = '_';
  if (wire.empty() || !begins_name(wire[0])) wire.insert(0, 1, '_');
  return wire.substr(0, kLongestName);
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
