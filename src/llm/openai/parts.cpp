#include "llm/openai/parts.hpp"

#include <cstdint>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "llm/message/base64.hpp"
#include "llm/wire.hpp"

namespace executus::llm::openai {
namespace {

// FNV-1a, 64 bits.
std::string hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (int shift = 60; shift >= 0; shift -= 4) hex += digits[(hash >> shift) & 15U];
  return hex;
}

}  // namespace

std::string data_url(const Image& image) {
  return "data:" + repair_utf8(image.mime) + ";base64," + base64_encode(image.bytes);
}

std::string arguments_text(const std::string& arguments) {
  auto parsed = parse_json(arguments);
  return parsed && parsed->is_object() ? arguments : write_json(arguments_object(arguments));
}

std::string wire_call_id(std::string_view id, std::size_t longest) {
  std::string fit = repair_utf8(id);
  if (longest == 0 || (!fit.empty() && fit.size() <= longest)) return fit;
  auto hash = hash_of(id);
  return std::string(clip_bytes(fit, longest - hash.size() - 1)) + "_" + hash;
}

}  // namespace executus::llm::openai
