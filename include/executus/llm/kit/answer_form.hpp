// In which form an answer is asked for. A stream is better even when no observer watches: gateways cut connections on
// which nothing moves for a minute. Some servers refuse streams, or refuse them of some models.
#pragma once

namespace executus::llm {

// streamed: with all that the API offers for streams, such as the usage at their end. plainly_streamed: without that,
// for servers that refuse it. whole: in one piece.
enum class AnswerForm { whole, streamed, plainly_streamed };

[[nodiscard]] inline bool is_streamed(AnswerForm form) { return form != AnswerForm::whole; }

}  // namespace executus::llm
