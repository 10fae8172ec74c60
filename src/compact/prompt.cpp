#include "compact/prompt.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace executus::compact {
namespace {

constexpr std::string_view kPrompt =
    R"(You shorten the record of an agent at work, so that it can go on without the original.
Write one summary of everything you are given, for the agent itself. Keep, exactly as written:
- the goal, and every condition that was set
- decisions, and why they were taken
- findings, with names, numbers and file names
- URLs that were visited, ids of files and of things that were made
- what was tried and failed, so that it is not tried again
- what remains to be done
Leave out pleasantries and raw output that led nowhere. Invent nothing. Write plain text, a thousand words at most, no
preamble.)";

bool may_hold_secrets(const std::string& tool, const std::vector<std::string>& secret_tools) {
  return std::ranges::any_of(secret_tools, [&](const auto& pattern) { return matches_glob(pattern, tool); });
}

std::string_view name_of(llm::Role role) {
  if (role == llm::Role::assistant) return "AGENT";
  return role == llm::Role::system ? "RULES" : "USER";
}

void add_message(std::string& text, const llm::Message& message, const std::vector<std::string>& secret_tools) {
  if (auto said = message.text(); !said.empty()) text += std::string(name_of(message.role)) + ": " + said + "\n\n";
  for (const auto& part : message.parts)
    if (std::holds_alternative<llm::Image>(part)) text += std::string(name_of(message.role)) + ": [an image]\n\n";
  for (const auto& call : message.tool_calls)
    text += "CALL " + call.name + " " +
            (may_hold_secrets(call.name, secret_tools) ? "[arguments left out]" : call.arguments) + "\n\n";
  for (const auto& result : message.tool_results)
    text += (result.is_error ? "ERROR of " : "RESULT of ") + result.name + ": " + result.text + "\n\n";
}

}  // namespace

std::string_view summary_prompt() { return kPrompt; }

std::string text_to_summarise(const llm::Transcript& messages, std::size_t from, std::size_t to,
                              const std::string& summary, const std::vector<std::string>& secret_tools) {
  std::string text;
  if (!summary.empty()) text = "SUMMARY OF WHAT CAME BEFORE:\n" + summary + "\n\n";
  for (std::size_t i = from; i < to; ++i) add_message(text, messages[i], secret_tools);
  return text;
}

}  // namespace executus::compact
