#include "llm/openai/chat/kept.hpp"

#include <array>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> kReasoningTexts{"reasoning_content", "reasoning"};
constexpr std::string_view kReasoningBlocks = "reasoning_details";
constexpr std::string_view kExtra = "extra_content";

bool is_text_of_block(std::string_view key) { return key == "text" || key == "summary"; }

// Servers send only blocks of these types in pieces; an encrypted block comes whole.
bool comes_in_pieces(const json::object& block) {
  auto type = text_in(block, "type");
  return type == "reasoning.text" || type == "reasoning.summary";
}

bool goes_on(const json::object& block, const json::object& piece) {
  const auto* index = piece.if_contains("index");
  const auto* begun = block.if_contains("index");
  if (!index || !index->is_number() || !begun || *begun != *index) return false;
  auto id = text_in(block, "id"), other = text_in(piece, "id");
  return comes_in_pieces(piece) && text_in(block, "type") == text_in(piece, "type") &&
         (id.empty() || other.empty() || id == other);
}

// The texts of the pieces are joined; of every other field the last value counts, since a signature follows its text.
void add_piece(json::object& block, const json::object& piece) {
  for (const auto& [key, value] : piece) {
    if (value.is_null()) continue;
    auto& all = block[key];
    if (is_text_of_block(key) && all.is_string() && value.is_string())
      all.get_string().append(value.get_string());
    else
      all = value;
  }
}

void add_blocks(json::array& blocks, const json::array& pieces) {
  for (const auto& piece : pieces) {
    auto* last = blocks.empty() ? nullptr : blocks.back().if_object();
    if (last && piece.is_object() && goes_on(*last, piece.get_object()))
      add_piece(*last, piece.get_object());
    else
      blocks.push_back(piece);
  }
}

void merge(json::object& into, const json::object& from) {
  for (const auto& [key, value] : from) {
    if (value.is_null()) continue;
    auto& place = into[key];
    if (place.is_object() && value.is_object())
      merge(place.get_object(), value.get_object());
    else
      place = value;
  }
}

void add_reasoning_text(json::object& fields, const json::object& delta, std::string_view key) {
  auto text = text_in(delta, key);
  if (text.empty()) return;
  auto& all = fields[key];
  if (!all.is_string()) all.emplace_string();
  all.get_string().append(text);
}

// Items of this provider's Responses API, and what belongs to a call.
bool is_field_of_message(const json::object& data) { return !data.contains("type") && !data.contains("of"); }

void add_missing(json::object& sent, const json::object& fields) {
  for (const auto& [key, value] : fields)
    if (!sent.contains(key)) sent[key] = value;
}

}  // namespace

void Kept::take_message(const json::object& from) {
  for (auto key : kReasoningTexts) add_reasoning_text(message, from, key);
  const auto* blocks = array_in(from, kReasoningBlocks);
  if (blocks && !blocks->empty()) message[kReasoningBlocks] = *blocks;
}

void Kept::add_delta(const json::object& delta) {
  for (auto key : kReasoningTexts) add_reasoning_text(message, delta, key);
  const auto* pieces = array_in(delta, kReasoningBlocks);
  if (!pieces || pieces->empty()) return;
  auto& blocks = message[kReasoningBlocks];
  if (!blocks.is_array()) blocks.emplace_array();
  add_blocks(blocks.get_array(), *pieces);
}

void Kept::add_call(std::size_t place, const json::object& call) {
  const auto* extra = object_in(call, kExtra);
  if (!extra || extra->empty()) return;
  if (calls.size() <= place) calls.resize(place + 1);
  auto& all = calls[place][kExtra];
  if (!all.is_object()) all.emplace_object();
  merge(all.get_object(), *extra);
}

void keep_fields(Message& message, Kept& kept, const std::string& provider) {
  if (!kept.message.empty()) message.parts.emplace_back(Opaque{provider, std::move(kept.message)});
}

void keep_call_fields(Message& message, Kept& kept, const std::string& provider) {
  for (std::size_t i = 0; i < kept.calls.size() && i < message.tool_calls.size(); ++i) {
    if (kept.calls[i].empty()) continue;
    json::object place{{"of", "call"}, {"id", text_json(message.tool_calls[i].id)}};
    place["rest"] = std::move(kept.calls[i]);
    message.parts.emplace_back(Opaque{provider, std::move(place)});
  }
}

void restore_fields(json::object& sent, const Message& from, std::string_view provider) {
  for (const auto& part : from.parts) {
    const auto* data = own_data(part, provider);
    if (data && is_field_of_message(*data)) add_missing(sent, *data);
  }
}

void restore_call_fields(json::object& sent, const Message& from, std::string_view id, std::string_view provider) {
  for (const auto& part : from.parts) {
    const auto* data = own_data(part, provider);
    if (!data || text_in(*data, "of") != "call" || text_in(*data, "id") != id) continue;
    if (const auto* rest = object_in(*data, "rest")) add_missing(sent, *rest);
  }
}

}  // namespace executus::llm::openai
