#include "llm/anthropic/response.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/answer/error_fields.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

// docs: "Errors", HTTP errors. 0: a type that is not known.
int status_of(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, int>, 10> statuses{{{"invalid_request_error", 400},
                                                                       {"authentication_error", 401},
                                                                       {"billing_error", 402},
                                                                       {"permission_error", 403},
                                                                       {"not_found_error", 404},
                                                                       {"request_too_large", 413},
                                                                       {"rate_limit_error", 429},
                                                                       {"api_error", 500},
                                                                       {"timeout_error", 504},
                                                                       {"overloaded_error", 529}}};
  for (const auto& [name, status] : statuses)
    if (name == type) return status;
  return 0;
}

std::vector<Block> blocks_in(const json::array& content) {
  std::vector<Block> blocks;
  for (const auto& element : content)
    if (const auto* object = element.if_object()) blocks.push_back(block_in(*object));
  return blocks;
}

bool has_call(const std::vector<Block>& blocks) {
  return std::ranges::any_of(blocks, [](const Block& block) { return text_in(block.data, "type") == "tool_use"; });
}

}  // namespace

// The API's input_tokens leave out the tokens that were read from the cache or written to it.
Usage usage_of(const json::object& usage) {
  Usage counted;
  counted.cache_read = count_in(&usage, "cache_read_input_tokens");
  counted.cache_write = count_in(&usage, "cache_creation_input_tokens");
  counted.input = count_in(&usage, "input_tokens") + counted.cache_read + counted.cache_write;
  counted.output = count_in(&usage, "output_tokens");
  counted.reasoning = count_in(object_in(usage, "output_tokens_details"), "thinking_tokens");
  return counted;
}

// throw_if_error() tells failures apart by HTTP status, so the status of the error's type is added as its code.
void throw_if_api_error(const json::object& body, const Asked& asked) {
  const auto* error = object_in(body, "error");
  if (!error || !tells_of_an_error(*error)) return throw_if_error(body, asked);
  json::object told = *error;
  if (int status = status_of(text_in(*error, "type")); status > 0) told["code"] = status;
  throw_if_error({{"error", std::move(told)}}, asked);
}

std::string refusal_in(const json::object& message) {
  const auto* details = object_in(message, "stop_details");
  return details ? text_in(*details, "explanation") : std::string();
}

// A stream begins a call with an input of {}, before its pieces. Some servers give the input as text.
Block block_in(const json::object& content_block) {
  Block block{content_block, text_in(content_block, "input")};
  const auto* input = content_block.if_contains("input");
  const auto* object = input ? input->if_object() : nullptr;
  bool is_there = input && !input->is_null() && !input->is_string() && !(object && object->empty());
  if (is_there) block.arguments = written_arguments(*input);
  return block;
}

// docs: "Handling stop reasons". A full context window (model_context_window_exceeded) ends an answer as its token
// limit does. pause_turn means that the answer is to be continued; only tools that run at Anthropic send it, which
// requests never offer, so finish_of() does not know it.
Response to_response(Answer answer, Asked asked) {
  Response response;
  response.message = message_of_blocks(answer.blocks, asked);
  bool has_text = !trim(response.message.text()).empty();
  response.finish = finish_of({answer.stop_reason, false, has_text, !response.message.tool_calls.empty()}, asked);
  response.usage = usage_of(answer.usage);
  response.target = std::move(asked.target);
  if (!answer.refusal.empty() && response.message.text().empty())
    response.message.parts.emplace_back(Text{std::move(answer.refusal)});
  return response;
}

bool is_whole_message(const json::object& body) {
  return text_in(body, "type") == "message" && array_in(body, "content") != nullptr;
}

Answer answer_in(const json::object& message) {
  Answer answer{blocks_in(*array_in(message, "content")), text_in(message, "stop_reason"), refusal_in(message), {}};
  if (const auto* usage = object_in(message, "usage")) answer.usage = *usage;
  return answer;
}

Response read_response(std::string_view body, Asked asked) {
  auto object = body_object(body, asked);
  throw_if_api_error(object, asked);
  if (!array_in(object, "content")) throw_if_told_instead(object, asked);
  if (!array_in(object, "content")) throw malformed_answer(asked.target, "it has no content");
  auto answer = answer_in(object);
  if (is_no_word(answer.stop_reason) && has_call(answer.blocks))
    throw broken_answer(asked.target, "it calls tools and has no stop_reason");
  return to_response(std::move(answer), std::move(asked));
}

}  // namespace executus::llm::anthropic
