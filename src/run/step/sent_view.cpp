#include "run/step/sent_view.hpp"

#include <algorithm>
#include <utility>

#include "run/step/compaction.hpp"
#include "run/step/lost_tools.hpp"

namespace executus::run {
namespace {

bool says_nothing(const llm::Message& message) {
  return message.role == llm::Role::assistant && message.parts.empty() && message.tool_calls.empty();
}

// A model may call what never was a tool: that is sent as it is.
bool has_withdrawn_tool(const llm::Message& message, const journal::OfferedTools& once, const llm::ToolSpecs& offered) {
  auto lost = [&](const auto& each) { return once.digests.contains(each.name) && !is_offered(each.name, offered); };
  return std::ranges::any_of(message.tool_calls, lost) || std::ranges::any_of(message.tool_results, lost);
}

}  // namespace

const llm::Transcript& SentView::of(const llm::Conversation& conversation, const journal::CompactedHead& compacted,
                                    const llm::ToolSpecs& offered, const journal::OfferedTools* once) {
  const auto& transcript = conversation.transcript();
  bool only_more = revision_ == conversation.revision() && compacted_ == compacted.upto;
  if (!only_more) start_anew(transcript, compacted);
  revision_ = conversation.revision();
  compacted_ = compacted.upto;
  for (; taken_ < transcript.size(); ++taken_) {
    bool earlier = taken_ < conversation.began_with();
    const auto& message = transcript[taken_];
    if (earlier ? has_lost_tool(message, offered) : once && has_withdrawn_tool(message, *once, offered))
      take_in_words(transcript, taken_, offered);
    else
      take(transcript, taken_);
  }
  return differs_ ? messages_ : transcript;
}

void SentView::start_anew(const llm::Transcript& transcript, const journal::CompactedHead& compacted) {
  messages_ = {};
  differs_ = !compacted.summary.empty();
  tokens_ = 0;
  taken_ = 0;
  if (!differs_) return;
  for (std::size_t i = 0; i < compacted.upto && transcript[i].role == llm::Role::system; ++i) take(transcript, i);
  auto summary = summary_message(compacted.summary);
  tokens_ += message_tokens(summary);
  messages_.push_back(std::move(summary));
  taken_ = compacted.upto;
}

void SentView::take(const llm::Transcript& transcript, std::size_t i) {
  ++visited_;
  bool silent = says_nothing(transcript[i]);
  if (silent && !differs_) part_from(transcript, i);
  if (silent) return;
  if (differs_) messages_.share(transcript, i);
  tokens_ += message_tokens(transcript[i]);
}

void SentView::take_in_words(const llm::Transcript& transcript, std::size_t i, const llm::ToolSpecs& offered) {
  ++visited_;
  if (!differs_) part_from(transcript, i);
  const auto* asked = i > 0 ? &transcript[i - 1] : nullptr;
  for (auto& message : without_lost_tools(transcript[i], asked, offered)) {
    tokens_ += message_tokens(message);
    messages_.push_back(std::move(message));
  }
}

// From here on they are others than the conversation's.
void SentView::part_from(const llm::Transcript& transcript, std::size_t end) {
  for (std::size_t i = 0; i < end; ++i) messages_.share(transcript, i);
  differs_ = true;
}

}  // namespace executus::run
