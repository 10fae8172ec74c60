// Tool names that every provider takes: [a-zA-Z0-9_-]{1,64}, as OpenAI wants them, with a letter or '_' in front, as
// Gemini does. Ours may hold dots (SERVER.TOOL), begin with a digit and be longer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <executus/llm/tool_spec.hpp>

namespace executus::llm {

class ToolNames {
 public:
  ToolNames() = default;
  explicit ToolNames(const ToolSpecs& tools);

  // Distinct for distinct tools; the same for the same list of tools. A name that is no tool's is made fit alone.
  [[nodiscard]] std::string to_wire(const std::string& name) const;
  [[nodiscard]] std::string from_wire(const std::string& wire) const;

 private:
  void assign(const std::string& name, std::string wire);
  std::map<std::string, std::string> wires_;
  std::map<std::string, std::string> names_;
};

}  // namespace executus::llm
