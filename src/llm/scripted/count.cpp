#include "llm/scripted/count.hpp"

namespace executus::llm {
namespace {

std::size_t bytes_of(const Message& message) {
  std::size_t bytes = message.text().size();
  for (const auto& call : message.tool_calls) bytes += call.name.size() + call.arguments.size();
  for (const auto& result : message.tool_results) bytes += result.text.size();
  return bytes;
}

std::int64_t tokens(std::size_t bytes) { return static_cast<std::int64_t>((bytes + 3) / 4); }

}  // namespace

Usage counted_usage(const Request& request, const Message& answer) {
  std::size_t input = request.system.size();
  for (const auto& message : request.messages) input += bytes_of(message);
  Usage usage;
  usage.input = tokens(input);
  usage.output = tokens(bytes_of(answer));
  return usage;
}

}  // namespace executus::llm
