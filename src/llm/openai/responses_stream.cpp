#include "llm/openai/responses_stream.hpp"

#include <tuple>
#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "llm/answer_errors.hpp"
#include "llm/openai/responses_item.hpp"
#include "llm/wire.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

bool is_end(std::string_view type) {
  return type == "response.completed" || type == "response.incomplete" || type == "response.failed";
}

json::object message_item(std::string text, std::string refusal) {
  json::object said{{"type", "output_text"}, {"text", std::move(text)}, {"refusal", std::move(refusal)}};
  return {{"type", kMessageItem}, {"role", "assistant"}, {"content", json::array{std::move(said)}}};
}

}  // namespace

std::string ResponsesReader::add(std::string_view event) {
  if (done() || trim(event) == "[DONE]") return {};  // OpenAI sends no [DONE], some servers do
  auto parsed = parse_answer(event);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (!object) throw malformed_answer(asked_.target, "an event of the stream is no JSON object");
  return take(text_in(*object, "type"), *object);
}

std::string ResponsesReader::take(std::string_view type, const json::object& event) {
  if (is_end(type)) end(event);
  if (type == "response.output_item.added") begin(event);
  if (type == "response.output_text.delta") return add_shown(event, &Item::text);
  if (type == "response.refusal.delta") return add_shown(event, &Item::refusal);
  if (type == "response.function_call_arguments.delta") item_of(event).arguments += text_in(event, "delta");
  if (type == "response.function_call_arguments.done") replace_arguments(event);
  if (type == "response.output_item.done") return complete(event);
  const auto* error = object_in(event, "error");
  if (type == "error") throw_response_error(error ? *error : event, asked_);
  if (type.empty()) throw_if_error(event, asked_);
  return {};
}

ResponsesReader::Item& ResponsesReader::item_of(const json::object& event) {
  return items_[count_in(&event, "output_index")];
}

void ResponsesReader::begin(const json::object& event) {
  if (const auto* item = object_in(event, "item")) item_of(event).known = *item;
}

std::string ResponsesReader::add_shown(const json::object& event, std::string Item::* piece) {
  Item& item = item_of(event);
  auto delta = text_in(event, "delta");
  item.*piece += delta;
  return shown(item, std::move(delta));
}

// As message_of_items() has it: two messages are two paragraphs.
std::string ResponsesReader::shown(Item& item, std::string delta) {
  if (delta.empty()) return delta;
  bool other = showing_ && showing_ != &item;
  showing_ = &item;
  return other ? "\n\n" + delta : delta;
}

void ResponsesReader::replace_arguments(const json::object& event) {
  if (auto arguments = text_in(event, "arguments"); !arguments.empty()) item_of(event).arguments = std::move(arguments);
}

// The item as it is in the end. A server may have sent nothing of it before.
std::string ResponsesReader::complete(const json::object& event) {
  const auto* object = object_in(event, "item");
  if (!object) return {};
  Item& item = item_of(event);
  bool was_shown = !item.text.empty() || !item.refusal.empty();
  item.known = *object;
  auto [text, refusal] = text_of_item(*object);
  if (!text.empty() || !refusal.empty()) std::tie(item.text, item.refusal) = std::pair(text, refusal);
  if (auto arguments = text_in(*object, "arguments"); !arguments.empty()) item.arguments = std::move(arguments);
  return was_shown ? std::string() : shown(item, text.empty() ? std::move(refusal) : std::move(text));
}

void ResponsesReader::end(const json::object& event) {
  const auto* response = object_in(event, "response");
  end_ = response ? *response : json::object{};
  if (text_in(event, "type") == "response.failed") (*end_)["status"] = "failed";
}

std::vector<json::object> ResponsesReader::items() {
  std::vector<json::object> all;
  for (auto& [index, item] : items_) {
    auto known = std::move(item.known);
    if (!item.text.empty() || !item.refusal.empty()) {
      auto said = message_item(std::move(item.text), std::move(item.refusal));
      if (known.empty())
        known = std::move(said);
      else
        known["content"] = said.at("content");
    }
    if (!item.arguments.empty()) known["arguments"] = std::move(item.arguments);
    if (!known.empty()) all.push_back(std::move(known));
  }
  return all;
}

// The end holds the whole output again; some servers leave it out there.
Response ResponsesReader::finish() {
  if (!end_) throw truncated_answer(asked_.target);
  auto whole = output_items_in(*end_);
  auto pieces = items();
  return read_response_object(*end_, whole.size() < pieces.size() ? pieces : whole, std::move(asked_));
}

}  // namespace executus::llm::openai
