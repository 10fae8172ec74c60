#include <algorithm>
#include <array>
#include <utility>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::llm {
namespace {

using Word = std::pair<std::string_view, FinishReason>;
constexpr std::array<Word, 33> kWords{{{"stop", FinishReason::stop},
                                       {"end", FinishReason::stop},
                                       {"end_turn", FinishReason::stop},
                                       {"stop_sequence", FinishReason::stop},
                                       {"eos", FinishReason::stop},
                                       {"eos_token", FinishReason::stop},
                                       {"complete", FinishReason::stop},
                                       {"completed", FinishReason::stop},
                                       {"tool_calls", FinishReason::tool_calls},
                                       {"tool_call", FinishReason::tool_calls},
                                       {"tool_use", FinishReason::tool_calls},
                                       {"function_call", FinishReason::tool_calls},
                                       {"length", FinishReason::length},
                                       {"max_tokens", FinishReason::length},
                                       {"max_output_tokens", FinishReason::length},
                                       {"max_length", FinishReason::length},
                                       {"model_length", FinishReason::length},
                                       {"model_context_window_exceeded", FinishReason::length},
                                       {"content_filter", FinishReason::refusal},
                                       {"content_filtered", FinishReason::refusal},
                                       {"refusal", FinishReason::refusal},
                                       {"safety", FinishReason::refusal},
                                       {"sensitive", FinishReason::refusal},
                                       {"recitation", FinishReason::refusal},
                                       {"blocklist", FinishReason::refusal},
                                       {"prohibited_content", FinishReason::refusal},
                                       {"spii", FinishReason::refusal},
                                       {"guardrail_intervened", FinishReason::refusal},
                                       {"language", FinishReason::refusal},
                                       {"image_safety", FinishReason::refusal},
                                       {"image_prohibited_content", FinishReason::refusal},
                                       {"image_recitation", FinishReason::refusal},
                                       {"model_armor", FinishReason::refusal}}};

// "content_filter: RECITATION" and "Content-Filter" are content_filter.
std::string plain(std::string_view word) {
  std::string plain = lowered(trim(word.substr(0, word.find(':'))));
  std::ranges::replace(plain, '-', '_');
  return plain;
}

int badness(std::string_view word) {
  if (is_no_word(word)) return 0;
  auto finish = finish_of_word(word);
  if (!finish) return 5;
  if (*finish == FinishReason::refusal) return 4;
  if (*finish == FinishReason::length) return 3;
  return *finish == FinishReason::tool_calls ? 2 : 1;
}

}  // namespace

bool is_no_word(std::string_view word) {
  auto said = plain(word);
  return trim(word).empty() || said == "null" || said == "none";
}

std::optional<FinishReason> finish_of_word(std::string_view word) {
  auto said = plain(word);
  for (const auto& [known, finish] : kWords)
    if (known == said) return finish;
  return std::nullopt;
}

std::string worse_finish(std::string all, std::string more) {
  return badness(more) > badness(all) ? std::move(more) : std::move(all);
}

FinishReason finish_of(const AnswerEnd& end, const Asked& asked) {
  auto said = is_no_word(end.word) ? FinishReason::stop : finish_of_word(end.word);
  if (!said) throw broken_answer(asked.target, "it ended with '" + quotable(end.word, asked.secret) + "'");
  if (end.refused) return FinishReason::refusal;
  if (*said == FinishReason::refusal || *said == FinishReason::length) return *said;
  if (end.has_calls) return FinishReason::tool_calls;  // some servers say "stop" here
  if (*said == FinishReason::tool_calls)
    throw broken_answer(asked.target, "it announces tool calls, and none is there");
  if (!end.has_text && !asked.after_results) throw broken_answer(asked.target, "there is nothing in it");
  return FinishReason::stop;
}

}  // namespace executus::llm
