// What is sent of a conversation: its summary where its head was compacted, no answers of nothing, which APIs refuse to
// read, and in words what was done with tools that are not offered any more, by earlier runs or with tools of sources.
// Kept from step to step, so that a step looks at what is new and not at the whole run.
#pragma once

#include <cstddef>
#include <cstdint>

#include <executus/journal/checkpoint.hpp>
#include <executus/llm/tool_spec.hpp>

namespace executus::run {

class SentView final {
 public:
  // Brings it up to date. Mostly the conversation's own transcript; good until the conversation changes. `offered`: the
  // tools of the request; for others there is a view of its own, unless the conversation begins anew. `once`: what the
  // run's sources offered it so far; may be null.
  const llm::Transcript& of(const llm::Conversation& conversation, const journal::CompactedHead& compacted,
                            const llm::ToolSpecs& offered = {}, const journal::OfferedTools* once = nullptr);

  // Of what of() returned last.
  [[nodiscard]] std::int64_t tokens() const noexcept { return tokens_; }   // estimated_tokens()
  [[nodiscard]] std::size_t visited() const noexcept { return visited_; }  // messages that were looked at, in all

 private:
  void start_anew(const llm::Transcript& transcript, const journal::CompactedHead& compacted);
  void take(const llm::Transcript& transcript, std::size_t i);
  void take_in_words(const llm::Transcript& transcript, std::size_t i, const llm::ToolSpecs& offered);
  void part_from(const llm::Transcript& transcript, std::size_t end);

  llm::Transcript messages_;  // when they are not the conversation's
  bool differs_ = false;
  std::int64_t tokens_ = 0;
  std::size_t visited_ = 0;
  std::size_t taken_ = 0;  // of the conversation's messages
  std::uint32_t revision_ = 0;
  std::uint32_t compacted_ = 0;
};

}  // namespace executus::run
