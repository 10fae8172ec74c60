#include <algorithm>
#include <optional>
#include <utility>

#include <executus/compact/summarizer.hpp>

#include "base/text.hpp"
#include "compact/prompt.hpp"

namespace executus::compact {
namespace {

// The summary replaces the messages before it, so a half one, or the text of a refusal, is refused.
std::optional<Error> objection_to_summary(const std::string& summary, llm::FinishReason finish,
                                          const std::string& model) {
  auto problem = [&](const char* code, const std::string& what) {
    return failed(code,
                  "the model " + model + " was asked for a summary and " + what + "; the conversation stays whole");
  };
  if (finish == llm::FinishReason::refusal) return problem("compact.refused", "refused");
  if (finish == llm::FinishReason::length || finish == llm::FinishReason::other)
    return problem("compact.cut", "was cut off (raise its limit: MODEL?max_output_tokens=N)");
  if (summary.empty()) return problem("compact.empty", "answered nothing");
  return std::nullopt;
}

}  // namespace

std::uint32_t where_to_cut(const llm::Transcript& messages, std::size_t keep_recent) {
  if (messages.size() <= keep_recent) return 0;
  std::size_t cut = messages.size() - keep_recent;
  while (cut > 0 && cut < messages.size() && messages[cut].role == llm::Role::tool)
    --cut;  // results stay with their calls
  return static_cast<std::uint32_t>(cut);
}

Task<Compaction> Summarizer::compact(CompactionRequest request) {
  Compaction nothing;
  auto cut = where_to_cut(request.messages, options_.keep_recent);
  std::size_t from = request.compacted;
  while (from < cut && request.messages[from].role == llm::Role::system) ++from;  // they are sent as they are
  if (cut <= from) co_return nothing;
  llm::Request question;
  question.system = std::string(summary_prompt());
  question.messages.push_back(
      llm::user_message(text_to_summarise(request.messages, from, cut, request.summary, options_.secret_tools)));
  question.max_output_tokens = options_.max_summary_tokens;
  question.attribution = request.attribution;
  auto response = co_await request.model->generate(std::move(question), nullptr);
  Compaction answer{cut, std::string(trim(response.message.text())), response.usage};
  if (auto wrong = objection_to_summary(answer.summary, response.finish, request.model->target())) throw Error(*wrong);
  co_return answer;
}

}  // namespace executus::compact
