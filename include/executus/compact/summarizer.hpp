// The shipped Compactor: the head of a conversation becomes a summary that one call to a fast model writes; the last
// messages stay as they are. What was summarised before is carried on: the next summary is made of it and what is new.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/compactor.hpp>

namespace executus::compact {

struct SummarizerOptions {
  std::size_t keep_recent = 8;  // messages at the end that stay verbatim
  // Of the model's answer, and with most models of what it thinks before; nothing: as the tier says. How long the
  // summary is to be is said in words.
  std::optional<int> max_summary_tokens = {};
  // Names or globs of tools with arguments that may hold secrets: the summariser does not see those arguments.
  std::vector<std::string> secret_tools = {"mcp_call", "email_send", "http_*", "webhook_*"};
};

// Stateless: what is compacted so far comes with each request. Threads: any.
class Summarizer final : public Compactor {
 public:
  explicit Summarizer(SummarizerOptions options = {}) : options_(std::move(options)) {}

  // One model call. Throws what the model throws, and Error "compact.cut", "compact.refused" or "compact.empty" when
  // its answer is cut off, refused or nothing.
  [[nodiscard]] Task<Compaction> compact(CompactionRequest request) override;

 private:
  const SummarizerOptions options_;
};

// How many messages may be compacted so that at least `keep_recent` stay, no call is parted from its results, and what
// stays does not begin with results. At most messages.size(). Pure.
[[nodiscard]] std::uint32_t where_to_cut(const llm::Transcript& messages, std::size_t keep_recent);

}  // namespace executus::compact
