// Ids of tool calls, distinct within a conversation: some servers send none, or begin with call_0 in every response.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include <executus/llm/transcript.hpp>

namespace executus::llm {

// 16 hexadecimal digits that stand for an id which an API does not take as it is: FNV-1a, 64 bits. Frozen: the ids of a
// conversation that goes on must stay what they were.
[[nodiscard]] std::string call_id_hash(std::string_view id);

class CallIds {
 public:
  CallIds() = default;
  explicit CallIds(const Transcript& messages);  // whose ids are taken

  // `id` when it is there and not taken yet, else one made of the conversation's length and the call's place. The same
  // for the same conversation and response.
  [[nodiscard]] std::string take(std::string id, std::size_t index);

 private:
  std::set<std::string> taken_;
  std::size_t turn_ = 0;
};

}  // namespace executus::llm
