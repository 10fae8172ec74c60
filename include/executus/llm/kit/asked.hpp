// What an answer is read with: the server and model that were asked, and the names and ids of the request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/kit/call_ids.hpp>
#include <executus/llm/kit/endpoint.hpp>
#include <executus/llm/kit/tool_names.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

struct Asked {
  std::string provider;
  std::string target;  // "provider/model", for the response and for messages
  std::string secret;  // never quoted
  ToolNames names;
  CallIds ids;
  bool after_results = false;                // of tools, with no answer since: the model may have said all before
  std::vector<std::string> text_tools = {};  // whose arguments may be a text; names as on the wire
};

[[nodiscard]] Asked asked(const Endpoint& endpoint, const std::string& model, const Request& request);

// What stands for arguments that never came: no JSON, so the call is not made, and the model is told.
inline constexpr std::string_view kCutArguments = "{ (cut off by the output limit)";

// Calls as they came from the wire: ids completed, names turned back, absent arguments made "{}". Arguments that are
// the text of an object's text (encoded once too often) are taken out of it, unless the tool may want a text.
[[nodiscard]] std::vector<ToolCall> completed(std::vector<ToolCall> calls, Asked& asked);

}  // namespace executus::llm
