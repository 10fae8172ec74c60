#include "tools/shared/capped_text.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kSample = 8192;  // bytes
constexpr std::size_t kFew = 32;       // bytes that may be strange in any text

std::size_t invalid_bytes(std::string_view text) {
  std::size_t count = 0;
  for (auto valid = valid_utf8_prefix(text); valid < text.size(); valid = valid_utf8_prefix(text)) {
    ++count;
    text.remove_prefix(valid + 1);
  }
  return count;
}

}  // namespace

// Text in another charset than UTF-8 has no NUL and mostly ASCII; text with NULs between its parts is valid UTF-8.
bool is_binary(std::string_view bytes) {
  auto sample = clip_bytes(bytes, kSample);
  auto strange = static_cast<std::size_t>(std::ranges::count(sample, '\0'));
  auto invalid = invalid_bytes(sample);
  bool mostly = strange + invalid > kFew && (strange + invalid) * 4 > sample.size();
  return mostly || (strange > 0 && invalid > 0);
}

std::string capped_text(std::string text, Part part, std::size_t max_bytes, std::string_view size) {
  if (is_binary(text)) return "[binary data, which is not shown: " + std::string(size) + "]";
  std::string_view shown = clip_bytes(text, max_bytes);
  std::size_t cut_character = part == Part::beginning ? 3 : 0;  // bytes of it that may be left at the end
  bool is_utf8 = valid_utf8_prefix(shown) + cut_character >= shown.size();
  text = as_utf8(std::move(text));
  if (text.size() > max_bytes) {
    text.resize(clip_bytes(text, max_bytes).size());
    part = Part::beginning;
  }
  if (!is_utf8) text += "\n[bytes that are no UTF-8 are shown as \ufffd]";
  if (part == Part::beginning) text.append("\n[cut: ").append(size).append("]");
  return text;
}

}  // namespace executus::tools
