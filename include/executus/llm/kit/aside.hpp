// What a piece of an answer shows besides the answer's text: what the model thinks, or what it writes as the arguments
// of a call. Provisional, for those who watch.
#pragma once

#include <string>
#include <vector>

#include <executus/llm/kit/call_assembly.hpp>
#include <executus/llm/kit/tool_names.hpp>

namespace executus::llm {

struct Aside {
  std::string reasoning = {};
  std::string call_id = {};  // the server's; empty where it gives none
  std::string tool = {};     // as the run calls it; empty: this is reasoning
  std::string arguments = {};
};

// Adds what `calls` has got since this was asked last.
void note_arguments(std::vector<Aside>& asides, CallAssembly& calls, const ToolNames& names);

void note_reasoning(std::vector<Aside>& asides, std::string piece);  // may be empty

}  // namespace executus::llm
