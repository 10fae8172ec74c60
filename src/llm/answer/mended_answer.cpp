#include "llm/answer/mended_answer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Three bytes for half of a pair; `second` is 0xa0 for the first half and 0xb0 for the other.
bool is_half(std::string_view text, std::size_t at, unsigned second) {
  return byte_at(text, at) == 0xed && (byte_at(text, at + 1) & 0xf0U) == second &&
         (byte_at(text, at + 2) & 0xc0U) == 0x80;
}

unsigned ten_bits(std::string_view text, std::size_t at) {
  return (byte_at(text, at + 1) & 0x0fU) << 6 | (byte_at(text, at + 2) & 0x3fU);
}

std::string four_bytes(unsigned character) {
  return {static_cast<char>(0xf0U | character >> 18), static_cast<char>(0x80U | (character >> 12 & 0x3fU)),
          static_cast<char>(0x80U | (character >> 6 & 0x3fU)), static_cast<char>(0x80U | (character & 0x3fU))};
}

std::string with_joined_halves(std::string_view text) {
  std::string joined;
  joined.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    bool pair = is_half(text, at, 0xa0) && is_half(text, at + 3, 0xb0);
    if (pair)
      joined += four_bytes(0x10000 + (ten_bits(text, at) << 10 | ten_bits(text, at + 3)));
    else
      joined += text[at];
    at += pair ? 6 : 1;
  }
  return joined;
}

// Bytes that are no UTF-8 as "\xff", which JSON does not know.
std::string mended_arguments(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string joined = with_joined_halves(text), out;
  for (std::string_view rest = joined; !rest.empty();) {
    std::size_t valid = valid_utf8_prefix(rest);
    out += rest.substr(0, valid);
    rest.remove_prefix(valid);
    if (rest.empty()) break;
    (out += "\\x") += {hex[byte_at(rest, 0) >> 4], hex[byte_at(rest, 0) & 15U]};
    rest.remove_prefix(1);
  }
  return out;
}

void mend(std::string& text) {
  if (!is_valid_utf8(text)) text = mended_text(text);
}

void mend_names(json::object& object) {
  if (std::ranges::all_of(object, [](const auto& member) { return is_valid_utf8(member.key()); })) return;
  json::object mended;
  for (auto& member : object) mended[mended_text(member.key())] = std::move(member.value());
  object = std::move(mended);
}

void mend(json::value& value) {
  if (auto* text = value.if_string(); text && !is_valid_utf8(*text)) *text = mended_text(*text);
  if (const auto* number = value.if_double(); number && !std::isfinite(*number)) value = nullptr;
  if (auto* array = value.if_array())
    for (auto& element : *array) mend(element);
  if (auto* object = value.if_object())
    for (auto& member : *object) mend(member.value());
  if (auto* object = value.if_object()) mend_names(*object);
}

// How many bytes at the end of `text` are the beginning of a character or half of a pair.
std::size_t unfinished(std::string_view text) {
  if (text.size() >= 3 && is_half(text, text.size() - 3, 0xa0)) return 3;
  for (std::size_t back = 1; back <= std::min<std::size_t>(5, text.size()); ++back) {
    unsigned byte = byte_at(text, text.size() - back);
    if ((byte & 0xc0U) == 0x80) continue;
    std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length <= back) return 0;
    bool second_half = text.size() >= back + 3 && is_half(text, text.size() - back - 3, 0xa0);
    return second_half ? back + 3 : back;
  }
  return 0;
}

}  // namespace

std::string mended_text(std::string_view text) { return as_utf8(with_joined_halves(text)); }

void mend_answer(Message& answer) {
  for (auto& part : answer.parts) {
    if (auto* text = std::get_if<Text>(&part)) mend(text->text);
    if (auto* opaque = std::get_if<Opaque>(&part)) mend(opaque->data);
  }
  for (auto& call : answer.tool_calls) {
    mend(call.id);
    mend(call.name);
    if (!is_valid_utf8(call.arguments)) call.arguments = mended_arguments(call.arguments);
  }
}

std::string ShownText::add(std::string_view piece) {
  held_ += piece;
  std::string held = held_.substr(held_.size() - unfinished(held_));
  std::string shown = mended_text(std::string_view(held_).substr(0, held_.size() - held.size()));
  held_ = std::move(held);
  return shown;
}

std::string ShownText::rest() { return mended_text(std::exchange(held_, {})); }

}  // namespace executus::llm
