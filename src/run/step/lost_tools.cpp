#include "run/step/lost_tools.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace executus::run {
namespace {

std::string arguments_of(const llm::ToolResult& result, const llm::Message* asked) {
  if (!asked) return "";
  auto call = std::ranges::find(asked->tool_calls, result.call_id, &llm::ToolCall::id);
  return call == asked->tool_calls.end() ? "" : " with the arguments " + call->arguments;
}

std::string told(const llm::ToolResult& result, const llm::Message* asked) {
  return "[The tool " + result.name + ", which is not offered any more, was called here" + arguments_of(result, asked) +
         (result.is_error ? ". The call failed:]\n" : ". Its result:]\n") + result.text;
}

llm::Message told_of_calls(const std::vector<llm::ToolResult>& results, const llm::Message* asked) {
  llm::Message message;
  std::string text;
  for (const auto& result : results) text += (text.empty() ? "" : "\n\n") + told(result, asked);
  message.parts.emplace_back(llm::Text{std::move(text)});
  for (const auto& result : results)
    for (const auto& image : result.images) message.parts.emplace_back(image);
  return message;
}

bool is_empty(const llm::Message& message) {
  return message.parts.empty() && message.tool_calls.empty() && message.tool_results.empty();
}

}  // namespace

bool is_offered(const std::string& tool, const llm::ToolSpecs& offered) {
  for (const auto& spec : offered)
    if (spec.name == tool) return true;
  return false;
}

bool has_lost_tool(const llm::Message& message, const llm::ToolSpecs& offered) {
  auto lost = [&](const auto& each) { return !is_offered(each.name, offered); };
  return std::ranges::any_of(message.tool_calls, lost) || std::ranges::any_of(message.tool_results, lost);
}

std::vector<llm::Message> without_lost_tools(const llm::Message& message, const llm::Message* asked,
                                             const llm::ToolSpecs& offered) {
  auto lost = [&](const auto& each) { return !is_offered(each.name, offered); };
  llm::Message left = message;
  std::erase_if(left.parts, [](const llm::Part& part) { return std::holds_alternative<llm::Opaque>(part); });
  std::erase_if(left.tool_calls, lost);
  std::erase_if(left.tool_results, lost);
  std::vector<llm::ToolResult> results;
  std::ranges::copy_if(message.tool_results, std::back_inserter(results), lost);
  std::vector<llm::Message> sent;
  if (!is_empty(left)) sent.push_back(std::move(left));
  if (!results.empty()) sent.push_back(told_of_calls(results, asked));
  return sent;
}

}  // namespace executus::run
