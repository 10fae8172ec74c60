#include "llm/openai/responses_stream.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/json.hpp>

#include "base/json_scan.hpp"
#include "base/text.hpp"
#include "llm/answer/answer_errors.hpp"
#include "llm/answer/failure.hpp"
#include "llm/answer/told_twice.hpp"
#include "llm/answer/wire.hpp"
#include "llm/openai/responses_item.hpp"
#include "llm/openai/responses_matching.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

bool is_end(std::string_view type) {
  return type == "response.completed" || type == "response.incomplete" || type == "response.failed";
}

bool is_call(const json::object& item) { return text_in(item, "type") == kCallItem; }

bool is_begun(std::string_view arguments) {
  JsonScan scan;
  (void)scan.feed(arguments);
  return scan.state() == JsonScan::State::open;
}

// Whether an item that is done may be the one that was added: ids of items differ with some gateways, those of calls do
// not.
bool may_be_same(const json::object& added, const json::object& done) {
  if (added.empty()) return true;
  auto call = text_in(added, "call_id"), other = text_in(done, "call_id");
  return text_in(added, "type") == text_in(done, "type") && (call.empty() || other.empty() || call == other);
}

}  // namespace

std::string ResponsesReader::add(std::string_view event) {
  if (done() || trim(event) == "[DONE]") return {};  // OpenAI sends no [DONE], some servers do
  auto object = event_object(event, asked_);
  auto text = take(text_in(object, "type"), object);
  shown_ += text;
  return text;
}

std::string ResponsesReader::take(std::string_view type, const json::object& event) {
  if (type == "response.created" && !items_.empty())
    throw broken_answer(asked_.target, "another answer begins in the middle of it");
  if (is_end(type)) end(event);  // what it says of an error is told with what was used
  const auto* error = object_in(event, "error");
  if (type == "error") throw_response_error(error && reports_something(*error) ? *error : event, asked_);
  throw_if_error(event, asked_);
  if (const auto* response = object_in(event, "response"); response && !end_) throw_if_error(*response, asked_);
  if (type == "response.output_item.added") begin(event);
  if (type == "response.output_text.delta") return add_shown(event, &Item::text);
  if (type == "response.refusal.delta") return add_shown(event, &Item::refusal);
  if (type == "response.function_call_arguments.delta") items_[place_of(event)].arguments += text_in(event, "delta");
  if (type == "response.function_call_arguments.done") lay_arguments(place_of(event), text_in(event, "arguments"));
  if (type == "response.output_item.done") return complete(event);
  if (type.empty() && array_in(event, "output")) end_ = event;  // the whole answer as an event
  if (type.empty() && !end_) throw_if_told_instead(event, asked_);
  return end_ ? take_output() : std::string();
}

std::size_t ResponsesReader::add_item(std::int64_t index, std::string id) {
  auto& item = items_.emplace_back();
  item.index = index;
  item.id = std::move(id);
  places_.add(items_.size() - 1, index, item.id);
  return items_.size() - 1;
}

// Of a piece. What has neither a known index nor a known id goes on with a call that is open.
std::size_t ResponsesReader::place_of(const json::object& event) {
  auto index = count_in(&event, "output_index");
  auto id = text_in(event, "item_id");
  if (auto found = places_.find(index, id)) return *found;
  bool continues = id.empty() && !items_.empty() && is_call(items_.back().known) && event.contains("delta") &&
                   text_in(event, "type") == "response.function_call_arguments.delta";
  return continues ? items_.size() - 1 : add_item(index, std::move(id));
}

// An item that begins in the place of another one is one of its own, unless that one is a call in the middle of its
// arguments and nothing tells the pieces of the two apart.
void ResponsesReader::begin(const json::object& event) {
  const auto* object = object_in(event, "item");
  if (!object) return;
  auto index = count_in(&event, "output_index");
  auto id = text_in(*object, "id");
  if (auto found = places_.find(index, id)) {
    auto& taken = items_[*found];
    bool same_id = !id.empty() && taken.id == id;
    if (!taken.done && (same_id || taken.known.empty())) {
      taken.known = *object;
      return;
    }
    bool told_apart = !id.empty() && !taken.id.empty() && !same_id;
    bool unfinished = is_call(taken.known) && !taken.done && (taken.arguments.empty() || is_begun(taken.arguments));
    if (unfinished && !told_apart && taken.index == index)
      throw broken_answer(asked_.target, "an item begins in the place of an unfinished tool call");
  }
  items_[add_item(index, std::move(id))].known = *object;
}

std::string ResponsesReader::add_shown(const json::object& event, std::string Item::* piece) {
  auto place = place_of(event);
  auto delta = text_in(event, "delta");
  items_[place].*piece += delta;
  return shown(place, std::move(delta));
}

// As message_of_items() has it: two messages are two paragraphs.
std::string ResponsesReader::shown(std::size_t place, std::string delta) {
  if (delta.empty()) return delta;
  bool other = showing_ && *showing_ != place;
  showing_ = place;
  return other ? "\n\n" + delta : delta;
}

void ResponsesReader::lay_over(std::string& pieces, std::optional<std::string> told) const {
  if (!told) throw broken_answer(asked_.target, "an item of it is not what its pieces were");
  pieces = *std::move(told);
}

void ResponsesReader::lay_arguments(std::size_t place, std::string arguments) {
  auto& pieces = items_[place].arguments;
  lay_over(pieces, arguments_told_twice(pieces, std::move(arguments)));
}

// Which item is done: by its id, else the first of its index that may be it and is not done.
std::optional<std::size_t> ResponsesReader::completed_by(const json::object& item, std::int64_t index) {
  if (auto found = places_.first(index, text_in(item, "id"))) return found;
  for (auto place : places_.open_at(index)) {
    if (may_be_same(items_[place].known, item)) return place;
    if (++mismatches_ > kMostPairsOfItems) throw broken_answer(asked_.target, "its items cannot be told apart");
  }
  return std::nullopt;
}

// The item as it is in the end. A server may have sent nothing of it before.
std::string ResponsesReader::complete(const json::object& event) {
  const auto* object = object_in(event, "item");
  if (!object) return {};
  auto index = count_in(&event, "output_index");
  auto found = completed_by(*object, index);
  auto place = found ? *found : add_item(index, text_in(*object, "id"));
  Item& item = items_[place];
  auto said = [&item] { return item.text.empty() ? item.refusal : item.text; };
  auto before = said();
  item.known = *object;
  item.done = true;
  places_.close(place, item.index);
  auto [text, refusal] = text_of_item(*object);
  lay_over(item.text, told_twice(item.text, std::move(text)));
  lay_over(item.refusal, told_twice(item.refusal, std::move(refusal)));
  lay_arguments(place, item_arguments(*object));
  auto now = said();
  return now.starts_with(before) ? shown(place, now.substr(before.size())) : std::string();
}

void ResponsesReader::end(const json::object& event) {
  const auto* response = object_in(event, "response");
  end_ = response ? *response : json::object{};
  auto type = text_in(event, "type");
  if (type == "response.failed") (*end_)["status"] = "failed";
  if (type == "response.incomplete") (*end_)["status"] = "incomplete";
}

// In the order of their indices, where each has one of its own.
std::vector<StreamedItem> ResponsesReader::items() {
  std::set<std::int64_t> indices;
  for (const auto& item : items_) indices.insert(item.index);
  if (indices.size() == items_.size()) std::ranges::sort(items_, {}, &Item::index);
  bool cut = text_in(*end_, "status") == "incomplete";
  std::vector<StreamedItem> all;
  for (auto& item : items_) {
    bool homeless = item.known.empty() && !item.arguments.empty();
    bool half = indices.size() < items_.size() && is_begun(item.arguments) && !cut;
    auto known = std::move(item.known);
    if (!item.text.empty() || !item.refusal.empty()) {
      if (known.empty()) known = {{"type", kMessageItem}, {"role", "assistant"}};
      known["content"] = content_of(item.text, item.refusal);
    }
    if (homeless) known["type"] = kCallItem;
    if (!item.arguments.empty()) known["arguments"] = item.arguments;
    if (!known.empty()) all.push_back({std::move(known), !homeless && !half});
  }
  return all;
}

// The end holds the whole output again; some servers leave it out there, or parts of it. Returns what was not shown.
std::string ResponsesReader::take_output() {
  const auto* error = end_->if_contains("error");
  if (text_in(*end_, "status") == "failed" || (error && reports_something(*error))) return {};
  auto output = output_of(items(), output_items_in(*end_));
  if (!output) throw broken_answer(asked_.target, quotable(output.error().message(), asked_.secret));
  output_ = *std::move(output);
  std::string all;
  for (const auto& item : output_) {
    auto [text, refusal] = text_of_item(item);
    auto said = text.empty() ? refusal : text;
    if (text_in(item, "type") == kMessageItem && !said.empty()) all += (all.empty() ? "" : "\n\n") + said;
  }
  return all.starts_with(shown_) ? all.substr(shown_.size()) : std::string();
}

Response ResponsesReader::whole(std::string_view body) {
  auto parsed = parse_answer(body);
  if (const auto* object = parsed ? parsed->if_object() : nullptr)
    end_ = *object;  // what it used is known whatever it is
  return read_responses_body(body, std::move(asked_));
}

bool ResponsesReader::is_ended_body(const json::object& body) const {
  auto status = text_in(body, "status");
  return text_in(body, "object") == "response" && (status == "completed" || status == "incomplete");
}

Response ResponsesReader::finish() {
  if (!end_) throw truncated_answer(asked_.target);
  return read_response_object(*end_, output_, std::move(asked_));
}

}  // namespace executus::llm::openai
