// What an answer is read with: who was asked, and the names and ids of the request.
#pragma once

#include <string>
#include <vector>

#include "llm/call_ids.hpp"
#include "llm/tool_names.hpp"
#include "llm/vendor.hpp"

namespace executus::llm {

struct Asked {
  std::string provider;
  std::string target;  // "provider/model", for the response and for messages
  std::string secret;  // never quoted
  ToolNames names;
  CallIds ids;
};

[[nodiscard]] Asked asked(const Endpoint& endpoint, const std::string& model, const Request& request);

// Calls as they came from the wire: ids completed, names turned back, absent arguments made "{}".
[[nodiscard]] std::vector<ToolCall> completed(std::vector<ToolCall> calls, Asked& asked);

// An answer that was cut off by its limit right after the name of a call looks like a call without arguments. It must
// not be made: its arguments become a text that nobody takes for JSON, and the model is told so.
void mark_cut_call(Response& response);

}  // namespace executus::llm
