// Calls of earlier runs whose tools a request does not offer: the agent was changed since, or the phase has other
// tools. Servers refuse such calls, some of them all calls in a request without tools; so they are told in words. Pure.
#pragma once

#include <string>
#include <vector>

#include <executus/llm/message.hpp>
#include <executus/llm/tool_spec.hpp>

namespace executus::run {

[[nodiscard]] bool is_offered(const std::string& tool, const llm::ToolSpecs& offered);

// Whether the message has a call, or the result of one, of a tool that is not among `offered`.
[[nodiscard]] bool has_lost_tool(const llm::Message& message, const llm::ToolSpecs& offered);

// What is sent for such a message: what is left of it, if anything, and, behind results, a user message that tells of
// the lost calls. What is opaque in it goes too: it was signed with the calls. `asked` is the message before it, which
// has the calls of its results.
[[nodiscard]] std::vector<llm::Message> without_lost_tools(const llm::Message& message, const llm::Message* asked,
                                                           const llm::ToolSpecs& offered);

}  // namespace executus::run
