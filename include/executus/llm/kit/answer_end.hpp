// Whether what has ended is an answer: what vendors say of the end, and what is there. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/message.hpp>

namespace executus::llm {

// The words with which servers of OpenAI's, Anthropic's, Google's and Ollama's protocols say why an answer ended, and
// those of servers that imitate one and say the other's; in any case, with - or _, and with or without more after a
// colon. Nothing: a word of no answer ("error", "pause_turn", "load", "abort").
[[nodiscard]] std::optional<FinishReason> finish_of_word(std::string_view word);

// Nothing, or the texts "null" and "none", which some servers send for it.
[[nodiscard]] bool is_no_word(std::string_view word);

// Of the reasons that a stream gave, the one that counts: `more` where it is the worse one. An unknown one is the
// worst, then a refusal, then a cut answer.
[[nodiscard]] std::string worse_finish(std::string all, std::string more);

struct AnswerEnd {
  std::string_view word;  // why it ended, as the server says; empty: it did not say
  bool refused = false;   // it says so besides
  bool has_text = false;  // or anything else that is shown
  bool has_calls = false;
};

// How the answer ended. Throws model.broken where that is no answer: a word that is unknown, calls that were announced
// and are not there, or nothing at all. To say nothing is an answer right after the results of tools.
[[nodiscard]] FinishReason finish_of(const AnswerEnd& end, const Asked& asked);

}  // namespace executus::llm
