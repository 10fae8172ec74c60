#include "run/step/compaction.hpp"

#include <executus/base/json.hpp>

namespace executus {
namespace {

constexpr std::int64_t kBytesPerToken = 4;
constexpr std::int64_t kImageTokens = 1'600;  // what providers ask for a large picture
constexpr std::int64_t kMessageTokens = 4;    // role and separators

std::int64_t tokens_of(std::size_t bytes) {
  return (static_cast<std::int64_t>(bytes) + kBytesPerToken - 1) / kBytesPerToken;
}

struct PartTokens {
  std::int64_t operator()(const llm::Text& part) const { return tokens_of(part.text.size()); }
  std::int64_t operator()(const llm::Image&) const { return kImageTokens; }
  std::int64_t operator()(const llm::Opaque& part) const { return tokens_of(write_json(part.data).size()); }
};

}  // namespace

namespace run {

llm::Message summary_message(const std::string& summary) {
  return llm::user_message("[Summary of the conversation so far]\n" + summary);
}

std::int64_t message_tokens(const llm::Message& message) {
  std::int64_t tokens = kMessageTokens;
  for (const auto& part : message.parts) tokens += std::visit(PartTokens{}, part);
  for (const auto& call : message.tool_calls)
    tokens += tokens_of(call.id.size() + call.name.size() + call.arguments.size());
  for (const auto& result : message.tool_results)
    tokens += tokens_of(result.call_id.size() + result.text.size()) +
              kImageTokens * static_cast<std::int64_t>(result.images.size());
  return tokens;
}

}  // namespace run

llm::Transcript compacted_view(const llm::Transcript& messages, std::uint32_t upto, const std::string& summary) {
  llm::Transcript view;
  for (std::size_t i = 0; i < upto && messages[i].role == llm::Role::system; ++i) view.push_back(messages[i]);
  view.push_back(run::summary_message(summary));
  view.append(messages.from(upto));
  return view;
}

std::int64_t estimated_tokens(const llm::Transcript& messages) {
  std::int64_t tokens = 0;
  for (const auto& message : messages) tokens += run::message_tokens(message);
  return tokens;
}

namespace run {

bool compaction_due(std::int64_t tokens, int context_tokens, double ratio) {
  return context_tokens > 0 && static_cast<double>(tokens) > static_cast<double>(context_tokens) * ratio;
}

std::optional<Error> objection_to(const Compaction& answer, const llm::Transcript& messages, std::uint32_t compacted) {
  if (answer.upto == 0) return failed("compact.nothing_to_compact", "there is nothing left to shorten");
  auto wrong = [&](const char* why) {
    return failed("compact.answer", "the compactor compacts the first " + std::to_string(answer.upto) + " of " +
                                        std::to_string(messages.size()) + " messages, " + why);
  };
  if (answer.upto <= compacted) return wrong("no more than were compacted before");
  if (answer.upto > messages.size()) return wrong("more than there are");
  bool parts = answer.upto < messages.size() && messages[answer.upto].role == llm::Role::tool;
  if (parts) return wrong("which leaves results without their calls");
  if (answer.summary.empty()) return wrong("and gives no summary of them");
  return std::nullopt;
}

}  // namespace run
}  // namespace executus
