#include "llm/openai/responses/stream.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json_scan.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/answer/error_fields.hpp"
#include "llm/answer/told_twice.hpp"
#include "llm/openai/responses/item.hpp"
#include "llm/openai/responses/matching.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

bool is_end(std::string_view type) {
  return type == "response.completed" || type == "response.incomplete" || type == "response.failed";
}

// Models of OpenAI show a summary of what they think, others all of it.
bool is_reasoning_delta(std::string_view type) {
  return type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta";
}

bool is_call(const json::object& item) { return text_in(item, "type") == kCallItem; }

bool is_begun(std::string_view arguments) {
  JsonScan scan;
  (void)scan.feed(arguments);
  return scan.state() == JsonScan::State::open;
}

ItemPlaces::Index output_index_in(const json::object& event) {
  const auto* index = event.if_contains("output_index");
  return index && index->is_number() ? ItemPlaces::Index(count_in(&event, "output_index")) : std::nullopt;
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
  std::string text;
  for (const auto& object : event_objects(event, asked_))
    if (!done()) text += take(text_in(object, "type"), object);
  shown_ += text;
  return text;
}

std::string ResponsesReader::take(std::string_view type, const json::object& event) {
  if (type == "response.created" && !items_.empty())
    throw broken_answer(asked_.target, "another answer begins in the middle of it");
  if (is_end(type)) end(event);  // first: used() tells the usage when the error of the event is thrown below
  const auto* error = object_in(event, "error");
  if (type == "error") throw_response_error(error && tells_of_an_error(*error) ? *error : event, asked_);
  throw_if_error(event, asked_);
  if (const auto* response = object_in(event, "response"); response && !end_) throw_if_error(*response, asked_);
  if (type == "response.output_item.added") begin(event);
  if (type == "response.output_text.delta") return add_shown(event, &Item::text);
  if (type == "response.refusal.delta") return add_shown(event, &Item::refusal);
  if (is_reasoning_delta(type)) note_reasoning(asides_, text_in(event, "delta"));
  if (type == "response.function_call_arguments.delta") grow_arguments(event);
  if (type == "response.function_call_arguments.done") tell_arguments(event);
  if (type == "response.output_item.done") return complete(event);
  if (type.empty() && array_in(event, "output")) end_ = event;  // the whole answer as an event
  if (type.empty() && !end_) throw_if_told_instead(event, asked_);
  return end_ ? take_output() : std::string();
}

std::size_t ResponsesReader::add_item(ItemPlaces::Index index, std::string id) {
  auto& item = items_.emplace_back();
  item.index = index;
  item.id = std::move(id);
  places_.add(items_.size() - 1, index, item.id);
  return items_.size() - 1;
}

std::size_t ResponsesReader::add_waiting(ItemPlaces::Index index, std::string id) {
  auto place = add_item(index, std::move(id));
  places_.wait(place, index);
  return place;
}

// Of a piece. What names no known item goes on with the message that began last.
std::size_t ResponsesReader::place_of_text(const json::object& event) {
  auto index = output_index_in(event);
  auto id = text_in(event, "item_id");
  if (auto found = places_.find(index, id)) return *found;
  if (!index && message_ && !items_[*message_].done) return *message_;
  message_ = add_item(index, std::move(id));
  return *message_;
}

// Of arguments: the item with the id, else the one call that waits for arguments at the index, or anywhere where the
// event names no known index. Nothing: several wait.
std::optional<std::size_t> ResponsesReader::call_for(const json::object& event) {
  auto index = output_index_in(event);
  auto id = text_in(event, "item_id");
  if (id.empty()) id = text_in(event, "call_id");
  if (auto named = places_.named(index, id)) return named;
  const auto& here = places_.waiting(index);
  if (index && here.size() == 1) return *here.begin();
  if (index && here.size() > 1) return std::nullopt;
  auto last = places_.last_at(index);
  bool is_strange = last && !id.empty() && (items_[*last].done || !is_call(items_[*last].known));
  if (last && (!is_strange || items_[*last].known.empty())) return last;
  const auto& waiting = places_.waiting(std::nullopt);
  bool is_of_another =
      is_strange || waiting.empty() || (!id.empty() && (index || !items_[*waiting.begin()].id.empty()));
  if (is_of_another) return add_waiting(index, std::move(id));
  return waiting.size() == 1 ? std::optional(*waiting.begin()) : std::nullopt;
}

void ResponsesReader::check_is_call(const Item& item) const {
  bool is_other = item.known.empty() ? !item.text.empty() || !item.refusal.empty() : !is_call(item.known);
  if (is_other) throw broken_answer(asked_.target, "arguments came for an item that is no tool call");
}

void ResponsesReader::grow_arguments(const json::object& event) {
  auto delta = text_in(event, "delta");
  bool says_nothing = trim(delta).empty() && places_.waiting(std::nullopt).empty();
  auto place = says_nothing ? std::nullopt : call_for(event);
  strays_ = strays_ || (!place && !trim(delta).empty());
  if (!place) return;
  Item& item = items_[*place];
  check_is_call(item);
  if (item.done && !trim(delta).empty())
    throw broken_answer(asked_.target, "arguments came for a tool call that is done");
  item.arguments += delta;
  (void)item.scan.feed(delta);
  grown_ = *place;
  if (auto tool = text_in(item.known, "name"); !tool.empty() && !delta.empty())
    asides_.push_back({{}, text_in(item.known, "call_id"), asked_.names.from_wire(tool), delta});
  if (item.scan.state() == JsonScan::State::whole) places_.wait_no_more(*place, item.index);
}

// The call whose pieces came last, where `event` names no item and says those again.
std::optional<std::size_t> ResponsesReader::told_again(const json::object& event) const {
  auto index = output_index_in(event);
  bool is_named = places_.named(index, text_in(event, "item_id")) || places_.named(index, text_in(event, "call_id"));
  if (is_named || !grown_ || items_[*grown_].told || (index && items_[*grown_].index != index)) return std::nullopt;
  // Pieces that are many times longer are not parsed: the time that a stream takes stays near its length.
  constexpr std::size_t most_white_space = 8, longest_word = 64;
  auto arguments = text_in(event, "arguments");
  const auto& pieces = items_[*grown_].arguments;
  bool may_agree = pieces.size() <= longest_word + most_white_space * arguments.size();
  return may_agree && arguments_told_twice(pieces, std::move(arguments)) ? grown_ : std::nullopt;
}

void ResponsesReader::tell_arguments(const json::object& event) {
  auto arguments = text_in(event, "arguments");
  bool names_one = output_index_in(event) || !text_in(event, "item_id").empty() || !text_in(event, "call_id").empty();
  if (!names_one && trim(arguments).empty()) return;
  auto place = told_again(event);
  if (!place) place = call_for(event);
  strays_ = strays_ || !place;
  if (!place) return;
  check_is_call(items_[*place]);
  lay_arguments(*place, std::move(arguments));
}

// What an item is, as it was added or done.
void ResponsesReader::take_known(std::size_t place, const json::object& known) {
  Item& item = items_[place];
  item.known = known;
  if (!item.arguments.empty()) check_is_call(item);
  if (text_in(known, "type") == kMessageItem) message_ = place;
  if (!is_call(known)) return;
  places_.also(place, item.index, text_in(known, "call_id"));
  auto arguments = item_arguments(known);
  bool is_placeholder = trim(arguments).empty() || trim(arguments) == "{}";
  item.told = item.told || (!is_placeholder && !is_begun(arguments));
  bool waits = !item.told && !item.done && item.scan.state() != JsonScan::State::whole;
  if (waits) places_.wait(place, item.index);
}

// An item that begins in the place of another one is one of its own, unless that one is a call in the middle of its
// arguments and nothing tells the pieces of the two apart.
void ResponsesReader::begin(const json::object& event) {
  const auto* object = object_in(event, "item");
  if (!object) return;
  auto index = output_index_in(event);
  auto id = text_in(*object, "id"), call = text_in(*object, "call_id");
  auto found = places_.find(index, id);
  if (!found) found = places_.named(index, call);
  if (found) {
    auto& taken = items_[*found];
    auto taken_call = text_in(taken.known, "call_id");
    bool same_id = !id.empty() && taken.id == id;
    if (!taken.done && (same_id || taken.known.empty())) return take_known(*found, *object);
    bool told_apart =
        (!id.empty() && !taken.id.empty() && !same_id) || (!call.empty() && !taken_call.empty() && call != taken_call);
    bool unfinished = is_call(taken.known) && !taken.done && (taken.arguments.empty() || is_begun(taken.arguments));
    if (unfinished && !told_apart && taken.index == index)
      throw broken_answer(asked_.target, "an item begins in the place of an unfinished tool call");
  }
  take_known(add_item(index, std::move(id)), *object);
}

std::string ResponsesReader::add_shown(const json::object& event, std::string Item::* piece) {
  auto place = place_of_text(event);
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
  Item& item = items_[place];
  item.told = item.told || !trim(arguments).empty();
  places_.wait_no_more(place, item.index);
  lay_over(item.arguments, arguments_told_twice(item.arguments, std::move(arguments)));
}

std::optional<std::size_t> ResponsesReader::same_among(const std::set<std::size_t>& open, const json::object& item) {
  for (auto place : open) {
    if (may_be_same(items_[place].known, item)) return place;
    if (++mismatches_ > kMostPairsOfItems) throw broken_answer(asked_.target, "its items cannot be told apart");
  }
  return std::nullopt;
}

// Which item is done: by its id, else the first of its index that may be it and is not done. Where one of the two
// events names no index, of all that are not done.
std::optional<std::size_t> ResponsesReader::completed_by(const json::object& item, ItemPlaces::Index index) {
  auto id = text_in(item, "id");
  if (auto found = places_.first(index, id)) return found;
  if (auto found = places_.named(index, id); found && (!index || !items_[*found].index)) return found;
  if (auto found = same_among(places_.open_at(index), item)) return found;
  return same_among(index ? places_.open_at(std::nullopt) : places_.open(), item);
}

// The item as it is in the end. A server may have sent nothing of it before.
std::string ResponsesReader::complete(const json::object& event) {
  const auto* object = object_in(event, "item");
  if (!object) return {};
  auto index = output_index_in(event);
  auto found = completed_by(*object, index);
  auto place = found ? *found : add_item(index, text_in(*object, "id"));
  Item& item = items_[place];
  auto said = [&item] { return item.text.empty() ? item.refusal : item.text; };
  auto before = said();
  item.done = true;
  places_.close(place, item.index);
  places_.wait_no_more(place, item.index);
  take_known(place, *object);
  auto [text, refusal] = text_of_item(*object);
  lay_over(item.text, told_twice(item.text, std::move(text)));
  lay_over(item.refusal, told_twice(item.refusal, std::move(refusal)));
  if (is_call(*object)) lay_arguments(place, item_arguments(*object));
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
  std::set<ItemPlaces::Index> indices;
  for (const auto& item : items_) indices.insert(item.index);
  if (indices.size() == items_.size() && !indices.contains(std::nullopt)) std::ranges::sort(items_, {}, &Item::index);
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

// The ids of the calls whose arguments came as a whole.
std::set<std::string> ResponsesReader::told_calls() const {
  std::set<std::string> told;
  for (const auto& item : items_)
    if (item.told) told.insert(text_in(item.known, "call_id"));
  for (const auto& item : output_items_in(*end_))
    if (is_call(item) && !trim(item_arguments(item)).empty()) told.insert(text_in(item, "call_id"));
  told.erase("");
  return told;
}

// Arguments that belong to one of several calls do no harm only where each of these came as a whole besides.
void ResponsesReader::check_strays(const std::set<std::string>& told) const {
  auto is_open = [&](const json::object& item) { return is_call(item) && !told.contains(text_in(item, "call_id")); };
  if (strays_ && std::ranges::any_of(output_, is_open))
    throw broken_answer(asked_.target, "it cannot be told which of its tool calls some arguments belong to");
}

// The end holds the whole output again; some servers leave it out there, or parts of it. Returns what was not shown.
std::string ResponsesReader::take_output() {
  const auto* error = end_->if_contains("error");
  if (text_in(*end_, "status") == "failed" || (error && tells_of_an_error(*error))) return {};
  auto told = told_calls();
  auto output = output_of(items(), output_items_in(*end_));
  if (!output) throw broken_answer(asked_.target, quotable(output.error().message(), asked_.secret));
  output_ = *std::move(output);
  check_strays(told);
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
    end_ = *object;  // used() reads the usage here, also when the body is no answer
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
