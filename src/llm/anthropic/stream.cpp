#include "llm/anthropic/stream.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

void extend(json::object& block, std::string_view key, std::string_view piece) {
  auto& text = block[key];
  if (!text.is_string()) text = "";
  text.get_string().append(piece);
}

// Blocks of other types belong to tools that run at the server; they are left out.
bool is_ours(const json::object& block) { return text_in(block, "type") == "text" || is_thinking(block); }

// A server may leave content_block_start out.
std::string_view type_of_delta(std::string_view delta_type) {
  if (delta_type == "text_delta") return "text";
  if (delta_type == "input_json_delta") return "tool_use";
  return delta_type == "thinking_delta" || delta_type == "signature_delta" ? "thinking" : "";
}

}  // namespace

std::string MessagesReader::add(std::string_view event) {
  if (done_ || trim(event) == "[DONE]") return {};  // Anthropic sends no [DONE], some servers do
  std::string text;
  for (const auto& object : event_objects(event, asked_))
    if (!done_) text += take(text_in(object, "type"), object);
  shown_ += text;
  note_arguments(asides_, calls_, asked_.names);
  return text;
}

std::string MessagesReader::take(std::string_view type, const json::object& event) {
  throw_if_api_error(event, asked_);
  for (auto part : {"message", "delta"})
    if (const auto* object = object_in(event, part)) throw_if_api_error(*object, asked_);
  if (is_whole_message(event)) return take_whole(event);
  if (type == "content_block_start") return begin(event);
  if (type == "content_block_delta") return grow(event);
  if (type == "content_block_stop") stop(event);
  if (type == "message_delta") return end(event);
  if (type == "message_stop") done_ = true;
  if (type.empty()) throw_if_told_instead(event, asked_);
  if (type != "message_start") return {};
  if (!blocks_.empty()) throw broken_answer(asked_.target, "another answer begins in the middle of it");
  if (const auto* message = object_in(event, "message")) count(*message);
  return {};
}

std::string MessagesReader::take_whole(const json::object& message) {
  if (!blocks_.empty()) throw broken_answer(asked_.target, "a whole answer came behind the pieces of one");
  answer_ = answer_in(message);
  if (is_no_word(answer_.stop_reason)) throw broken_answer(asked_.target, "it has no stop_reason");
  std::string text;
  for (auto& block : answer_.blocks)
    if (text_in(block.data, "type") == "text") text += text_in(block.data, "text");
  done_ = true;
  return text;
}

MessagesReader::Open* MessagesReader::last_at(std::int64_t index) {
  for (std::size_t i = blocks_.size(); i-- > 0;)
    if (blocks_[i].index == index) return &blocks_[i];
  return nullptr;
}

std::string MessagesReader::begin(const json::object& event) {
  const auto* object = object_in(event, "content_block");
  if (!object) return {};
  goes_on_ = goes_on_ || !answer_.stop_reason.empty();
  auto index = count_in(&event, "index");
  const auto* taken = last_at(index);
  bool unfinished = taken && !taken->stopped && taken->call != CallAssembly::kNone &&
                    calls_.arguments_of(taken->call) != CallAssembly::Arguments::complete;
  if (unfinished) throw broken_answer(asked_.target, "a block begins in the place of an unfinished tool call");
  auto& open = blocks_.emplace_back(Open{index, block_in(*object)});
  if (text_in(open.block.data, "type") == "tool_use") begin_call(open);
  return text_in(open.block.data, "type") == "text" ? text_in(open.block.data, "text") : std::string();
}

// Anthropic begins the block of a call with the input {}, some servers with the whole input: it is kept apart from the
// pieces.
void MessagesReader::begin_call(Open& open) {
  const auto& data = open.block.data;
  open.call = calls_.begin({std::to_string(open.index), text_in(data, "id"), text_in(data, "name"), {}});
  inputs_.push_back(std::exchange(open.block.arguments, {}));
}

bool MessagesReader::has_stopped(std::size_t call) const {
  auto block = std::ranges::find(blocks_.rbegin(), blocks_.rend(), call, &Open::call);
  return block != blocks_.rend() && block->stopped;
}

// Of an event that goes on with a block: what names none goes on with the last one. Several calls that wait for their
// arguments then cannot be told apart.
std::int64_t MessagesReader::index_of(const json::object& event) const {
  const auto* said = event.if_contains("index");
  if ((said && said->is_number()) || blocks_.empty()) return count_in(&event, "index");
  return blocks_.back().index;
}

void MessagesReader::grow_unnamed_call(std::string_view arguments) {
  auto waits = [&](const Open& open) {
    return open.call != CallAssembly::kNone && !open.stopped &&
           calls_.arguments_of(open.call) != CallAssembly::Arguments::complete;
  };
  bool is_clear = trim(arguments).empty() || std::ranges::count_if(blocks_, waits) <= 1;
  if (!is_clear) throw broken_answer(asked_.target, "it cannot be told which tool call some arguments belong to");
  grow_call(index_of({}), arguments);
}

void MessagesReader::grow_call(std::int64_t index, std::string_view arguments) {
  const auto* open = last_at(index);
  bool of_the_servers = open && open->call == CallAssembly::kNone && !is_ours(open->block.data);
  if (of_the_servers) return;
  auto place = open && open->call != CallAssembly::kNone ? open->call : calls_.open_call();
  if (place == CallAssembly::kNone) throw broken_answer(asked_.target, "arguments came that belong to no tool call");
  if (!trim(arguments).empty() && has_stopped(place))
    throw broken_answer(asked_.target, "arguments came for a tool call whose block has stopped");
  calls_.extend(place, arguments);
}

MessagesReader::Open& MessagesReader::block_for(std::int64_t index, std::string_view type) {
  auto is_of_type = [&](const Open& open) { return text_in(open.block.data, "type") == type; };
  if (auto* open = last_at(index); open && is_of_type(*open)) return *open;
  if (!blocks_.empty() && last_at(index) && is_of_type(blocks_.back())) return blocks_.back();
  auto& open = blocks_.emplace_back(Open{index, {}});
  open.block.data["type"] = type;
  return open;
}

std::string MessagesReader::grow(const json::object& event) {
  const auto* delta = object_in(event, "delta");
  if (!delta) return {};
  goes_on_ = goes_on_ || !answer_.stop_reason.empty();
  auto type = text_in(*delta, "type");
  auto block_type = type_of_delta(type);
  auto index = index_of(event);
  if (block_type.empty()) return {};
  if (type == "input_json_delta") {
    auto arguments = text_in(*delta, "partial_json");
    const auto* said = event.if_contains("index");
    if (said && said->is_number())
      grow_call(index, arguments);
    else
      grow_unnamed_call(arguments);
    return {};
  }
  auto& data = block_for(index, block_type).block.data;
  if (type == "thinking_delta") {
    auto thought = text_in(*delta, "thinking");
    extend(data, "thinking", thought);
    note_reasoning(asides_, std::move(thought));
  }
  if (type == "signature_delta") extend(data, "signature", text_in(*delta, "signature"));
  if (type != "text_delta") return {};
  auto text = text_in(*delta, "text");
  extend(data, "text", text);
  return text;
}

void MessagesReader::stop(const json::object& event) {
  if (auto* open = last_at(index_of(event))) open->stopped = true;
}

std::string MessagesReader::end(const json::object& event) {
  count(event);
  const auto* delta = object_in(event, "delta");
  if (!delta) return {};
  answer_.stop_reason = worse_finish(std::move(answer_.stop_reason), text_in(*delta, "stop_reason"));
  if (auto why = refusal_in(*delta); !why.empty()) answer_.refusal = std::move(why);
  return shown_.empty() ? answer_.refusal : std::string();
}

// The counts of an event are totals so far, so a later one replaces an earlier one.
void MessagesReader::count(const json::object& holder) {
  const auto* usage = object_in(holder, "usage");
  if (!usage) return;
  for (const auto& [key, value] : *usage)
    if (!value.is_null()) answer_.usage[key] = value;
}

// An input that came both with the block's beginning and in pieces must be the same both times.
std::vector<Block> MessagesReader::assembled() {
  auto finish = finish_of_word(answer_.stop_reason);
  bool cut = finish == FinishReason::length || finish == FinishReason::refusal;
  auto inputs = std::move(inputs_);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].empty()) continue;
    if (calls_.arguments_of(i) == CallAssembly::Arguments::blank)
      calls_.extend(i, std::exchange(inputs[i], {}));
    else if (!calls_.says(i, inputs[i]))
      throw broken_answer(asked_.target, "a tool call came with two different inputs");
  }
  auto calls = std::move(calls_).finish(cut ? CallAssembly::End::cut : CallAssembly::End::complete);
  if (!calls) throw broken_answer(asked_.target, quotable(calls.error().message(), asked_.secret));
  std::vector<std::string> arguments(inputs.size());
  for (std::size_t i = 0; i < calls->places.size(); ++i)
    arguments[calls->places[i]] = std::move(calls->calls[i].arguments);
  std::vector<Block> blocks;
  for (auto& open : blocks_) {
    if (open.call != CallAssembly::kNone) open.block.arguments = std::move(arguments[open.call]);
    blocks.push_back(std::move(open.block));
  }
  return blocks;
}

// Sorts the blocks by the server's indices when no two blocks share one.
void MessagesReader::sort_by_index() {
  std::set<std::int64_t> indices;
  for (const auto& open : blocks_) indices.insert(open.index);
  if (indices.size() == blocks_.size()) std::ranges::sort(blocks_, {}, &Open::index);
}

bool MessagesReader::ended() const noexcept {
  bool said_why = !answer_.stop_reason.empty() && !goes_on_;
  return done_ || (said_why && !blocks_.empty() && std::ranges::all_of(blocks_, &Open::stopped));
}

// The usage is read first: used() tells it also when the body is no answer.
Response MessagesReader::whole(std::string_view body) {
  auto parsed = parse_answer(body);
  if (const auto* object = parsed ? parsed->if_object() : nullptr) count(*object);
  return read_response(body, std::move(asked_));
}

bool MessagesReader::is_ended_body(const json::object& body) const {
  return is_whole_message(body) && !is_no_word(text_in(body, "stop_reason"));
}

Response MessagesReader::finish() {
  if (!done_ && answer_.stop_reason.empty()) throw truncated_answer(asked_.target);
  if (!blocks_.empty()) {
    if (answer_.stop_reason.empty()) throw broken_answer(asked_.target, "its stream ended without a stop_reason");
    sort_by_index();
    answer_.blocks = assembled();
  }
  if (answer_.blocks.empty() && answer_.stop_reason.empty())
    throw malformed_answer(asked_.target, "its stream holds nothing");
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::anthropic
