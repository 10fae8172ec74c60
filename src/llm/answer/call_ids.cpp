#include <cstdint>
#include <utility>

#include <executus/llm/kit/call_ids.hpp>

namespace executus::llm {

std::string call_id_hash(std::string_view id) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (unsigned char c : id) hash = (hash ^ c) * 1099511628211ULL;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (int shift = 60; shift >= 0; shift -= 4) hex += digits[(hash >> shift) & 15U];
  return hex;
}

CallIds::CallIds(const Transcript& messages) : turn_(messages.size()) {
  for (const auto& message : messages)
    for (const auto& call : message.tool_calls) taken_.insert(call.id);
}

std::string CallIds::take(std::string id, std::size_t index) {
  std::string base = "call_" + std::to_string(turn_) + "_" + std::to_string(index);
  if (id.empty()) id = base;
  for (int more = 2; !taken_.insert(id).second; ++more) id = more == 2 ? base : base + "_" + std::to_string(more - 1);
  return id;
}

}  // namespace executus::llm
