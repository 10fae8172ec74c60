#include "llm/openai/responses/response.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/answer/error_fields.hpp"
#include "llm/openai/responses/item.hpp"
#include "llm/openai/shared/usage.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

bool has_refusal(const std::vector<json::object>& items) {
  return std::any_of(items.begin(), items.end(), [](const auto& item) { return !text_of_item(item).refusal.empty(); });
}

bool is_cut_item(const json::object& item) {
  auto type = text_in(item, "type");
  return text_in(item, "status") == "incomplete" && (type == kMessageItem || type == kCallItem);
}

// The items of a good answer are "completed" or "incomplete"; "in_progress" is what some servers leave there from their
// beginning, and the status of the answer counts.
bool has_failed(const json::object& item) {
  auto type = text_in(item, "type"), status = text_in(item, "status");
  bool is_answer = type == kMessageItem || type == kCallItem;
  return is_answer && (status == "failed" || status == "cancelled" || status == "error");
}

// Why the answer is not complete; empty: it is.
std::string incomplete_reason(const json::object& object) {
  const auto* details = object_in(object, "incomplete_details");
  return details ? text_in(*details, "reason") : std::string();
}

// The codes of a request that will fail again: platform.openai.com/docs/api-reference/responses/object, "error".
bool is_final(std::string_view code) {
  constexpr std::array<std::string_view, 7> begins{
      "invalid_",      "image_", "unsupported_", "empty_image", "failed_to_download_image", "context_length_exceeded",
      "content_policy"};
  return std::any_of(begins.begin(), begins.end(), [&](auto begin) { return code.starts_with(begin); });
}

// Some servers leave the status out.
bool is_finished(const std::string& status) {
  return status.empty() || status == "completed" || status == "incomplete";
}

void check_finished(const json::object& object, const Asked& asked) {
  if (const auto* error = object_in(object, "error"); error && tells_of_an_error(*error))
    throw_response_error(*error, asked);
  throw_if_error(object, asked);
  auto status = text_in(object, "status");
  if (status == "failed") throw_response_error({}, asked);
  if (!is_finished(status))
    throw malformed_answer(asked.target, "its status is '" + quotable(status, asked.secret) + "'");
}

}  // namespace

Usage response_usage(const json::object& object) {
  const auto* usage = object_in(object, "usage");
  const auto* input = usage ? object_in(*usage, "input_tokens_details") : nullptr;
  const auto* output = usage ? object_in(*usage, "output_tokens_details") : nullptr;
  Usage counted{.input = count_in(usage, "input_tokens"),
                .output = count_in(usage, "output_tokens"),
                .cache_read = count_in(input, "cached_tokens"),
                .cache_write = count_in(input, "cache_write_tokens"),
                .reasoning = count_in(output, "reasoning_tokens")};
  include_reasoning(counted, count_in(usage, "total_tokens"));
  return counted;
}

// throw_if_error() tells failures apart by type and by HTTP status, so these are added where the code implies them.
void throw_response_error(const json::object& error, const Asked& asked) {
  auto code = text_in(error, "code");
  json::object told = reports_something(error) ? error : json::object{{"message", "it gave no reason"}};
  if (is_final(code)) told["type"] = "invalid_request_error";
  if (code == "rate_limit_exceeded") told["code"] = 429;
  throw_if_error({{"error", std::move(told)}}, asked);
  throw malformed_answer(asked.target, "it reports an error that is none");  // not reached: `told` is not empty
}

std::vector<json::object> output_items_in(const json::object& object) {
  std::vector<json::object> items;
  if (const auto* output = array_in(object, "output"))
    for (const auto& item : *output)
      if (const auto* found = item.if_object()) items.push_back(*found);
  return items;
}

Response read_response_object(const json::object& object, const std::vector<json::object>& items, Asked asked) {
  check_finished(object, asked);
  if (std::ranges::any_of(items, has_failed)) throw broken_answer(asked.target, "an item of it has failed");
  Response response;
  response.message = message_of_items(items, asked);
  auto why = incomplete_reason(object);
  bool has_text = !trim(response.message.text()).empty();
  bool refused = has_refusal(items);
  bool cut = text_in(object, "status") == "incomplete" || std::ranges::any_of(items, is_cut_item);
  bool unsaid = why.empty() && cut && !refused;
  response.finish =
      unsaid ? FinishReason::other : finish_of({why, refused, has_text, !response.message.tool_calls.empty()}, asked);
  response.usage = response_usage(object);
  response.target = std::move(asked.target);
  return response;
}

Response read_response_object(const json::object& object, Asked asked) {
  return read_response_object(object, output_items_in(object), std::move(asked));
}

Response read_responses_body(std::string_view body, Asked asked) {
  auto object = body_object(body, asked);
  if (!array_in(object, "output") && !reports_error(object)) throw_if_told_instead(object, asked);
  check_finished(object, asked);
  if (!array_in(object, "output")) throw malformed_answer(asked.target, "it has no output");
  return read_response_object(object, std::move(asked));
}

}  // namespace executus::llm::openai
