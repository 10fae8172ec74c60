#include "llm/google/response.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/among.hpp"
#include "llm/google/unusable_answer.hpp"

namespace executus::llm::google {
namespace {

namespace json = boost::json;

// ai.google.dev/api/generate-content: FinishReason. The others are words that executus/llm/kit/answer_end.hpp knows.
constexpr std::array<std::string_view, 4> kUnusable{"MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE",
                                                    "UNEXPECTED_TOOL_CALL", "MISSING_THOUGHT_SIGNATURE"};

FinishReason finish_of_answer(const Answer& answer, bool called, const Asked& asked) {
  if (!answer.block.empty()) return FinishReason::refusal;
  bool says = std::ranges::any_of(answer.parts, says_something);
  bool stopped = answer.finish.empty() || answer.finish == "STOP";
  bool known = stopped || finish_of_word(answer.finish) || answer.finish_message.empty();
  auto word = stopped ? "stop" : known ? answer.finish : answer.finish + ": " + answer.finish_message;
  return finish_of({word, false, says, called}, asked);
}

// The counts of each piece are totals so far.
void take_usage(const json::object& response, json::object& all) {
  const auto* usage = object_in(response, "usageMetadata");
  if (!usage) return;
  for (const auto& [key, value] : *usage)
    if (!value.is_null()) all[key] = value;
}

void take_block(const json::object& response, Answer& answer) {
  const auto* feedback = object_in(response, "promptFeedback");
  auto reason = feedback ? text_in(*feedback, "blockReason") : std::string();
  if (reason.empty() || reason == "BLOCK_REASON_UNSPECIFIED") return;
  auto words = text_in(*feedback, "blockReasonMessage");
  answer.block = words.empty() ? reason : reason + ": " + words;
}

void take_finish(const json::object& candidate, Answer& answer) {
  auto reason = text_in(candidate, "finishReason");
  if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") return;
  if (worse_finish(answer.finish, reason) == answer.finish) return;  // some servers say STOP with each piece
  answer.finish = std::move(reason);
  answer.finish_message = text_in(candidate, "finishMessage");
}

const json::object* candidate_in(const json::object& response) {
  const auto* list = array_in(response, "candidates");
  if (!list) return nullptr;
  for (const auto& each : *list)
    if (const auto* candidate = each.if_object(); candidate && count_in(candidate, "index") == 0) return candidate;
  return nullptr;
}

// Arguments come in pieces only on request (streamFunctionCallArguments). Half of them must not be acted on.
void refuse_pieces(const json::object& part, const Asked& asked) {
  const auto* call = object_in(part, "functionCall");
  if (call && (call->contains("partialArgs") || call->contains("willContinue")))
    throw malformed_answer(asked.target, "the arguments of a tool call came in pieces, which was not asked for");
}

std::string take_parts(const json::object& candidate, Answer& answer, const Asked& asked) {
  const auto* content = object_in(candidate, "content");
  if (content) throw_if_error(*content, asked);
  const auto* parts = content ? array_in(*content, "parts") : nullptr;
  std::string shown;
  if (!parts) return shown;
  for (const auto& part : *parts) {
    const auto* object = part.if_object();
    if (!object) continue;
    refuse_pieces(*object, asked);
    shown += shown_text(*object);
    note_aside(answer.asides, *object, asked.names);
    add_part(answer.parts, *object);
  }
  return shown;
}

// What stands in the place of an answer that was withheld.
std::string refusal_text(const Answer& answer, const Asked& asked) {
  if (!answer.block.empty()) return "The prompt was blocked (" + quotable(answer.block, asked.secret) + ").";
  auto words = answer.finish_message.empty() ? "" : ": " + quotable(answer.finish_message, asked.secret);
  return "The answer was withheld (" + answer.finish + words + ").";
}

void throw_if_unfinished(const Answer& answer, const Asked& asked) {
  if (answer.finish.empty() && answer.block.empty()) throw truncated_answer(asked.target);
}

Response read_list(const json::array& list, Asked asked) {
  Answer answer;
  for (const auto& piece : list) {
    if (!piece.is_object()) throw malformed_answer(asked.target, "it is a list of what are no objects");
    take(piece.get_object(), answer, asked);
  }
  throw_if_unfinished(answer, asked);
  return to_response(std::move(answer), std::move(asked));
}

}  // namespace

// Thoughts are counted beside the answer, and both are output.
Usage usage_of(const json::object& usage) {
  Usage counted;
  counted.input = count_in(&usage, "promptTokenCount") + count_in(&usage, "toolUsePromptTokenCount");
  counted.cache_read = count_in(&usage, "cachedContentTokenCount");
  counted.reasoning = count_in(&usage, "thoughtsTokenCount");
  counted.output = count_in(&usage, "candidatesTokenCount") + counted.reasoning;
  return counted;
}

std::string take(const json::object& response, Answer& answer, const Asked& asked) {
  throw_if_error(response, asked);
  take_usage(response, answer.usage);
  take_block(response, answer);
  const auto* candidate = candidate_in(response);
  bool says_nothing = !candidate && !response.contains("promptFeedback") && !response.contains("usageMetadata");
  if (says_nothing) throw_if_told_instead(response, asked);
  if (!candidate) return {};
  answer.has_candidate = true;
  throw_if_error(*candidate, asked);
  take_finish(*candidate, answer);
  return take_parts(*candidate, answer, asked);
}

void take_usage(std::string_view body, Answer& answer) {
  auto parsed = parse_answer(body);
  if (!parsed) return;
  if (const auto* object = parsed->if_object()) take_usage(*object, answer.usage);
  if (const auto* list = parsed->if_array())
    for (const auto& piece : *list)
      if (const auto* object = piece.if_object()) take_usage(*object, answer.usage);
}

Response to_response(Answer answer, Asked asked) {
  if (is_among(answer.finish, kUnusable)) throw unusable_answer(answer.finish, answer.finish_message, asked);
  Response response;
  response.message = message_of_parts(answer.parts, asked);
  response.finish = finish_of_answer(answer, !response.message.tool_calls.empty(), asked);
  response.usage = usage_of(answer.usage);
  if (response.finish == FinishReason::refusal && response.message.text().empty())
    response.message.parts.emplace_back(Text{refusal_text(answer, asked)});
  response.target = std::move(asked.target);
  return response;
}

Response read_response(std::string_view body, Asked asked) {
  auto parsed = parse_answer(body);
  if (!parsed) throw no_json(asked, "it", body);
  if (const auto* list = parsed->if_array()) return read_list(*list, std::move(asked));
  const auto* object = parsed->if_object();
  if (!object) throw malformed_answer(asked.target, "it is no JSON object");
  Answer answer;
  take(*object, answer, asked);
  if (!answer.has_candidate && answer.block.empty()) throw malformed_answer(asked.target, "it has no candidates");
  throw_if_unfinished(answer, asked);
  return to_response(std::move(answer), std::move(asked));
}

}  // namespace executus::llm::google
