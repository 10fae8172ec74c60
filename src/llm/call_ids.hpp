// Ids of tool calls, distinct within a conversation: some servers send none, or begin with call_0 in every response.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include <executus/llm/transcript.hpp>

namespace executus::llm {

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
