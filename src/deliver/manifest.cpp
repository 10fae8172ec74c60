#include "deliver/manifest.hpp"

#include "base/text.hpp"

namespace executus::deliver {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

// Bytes of the control character at text[at]; 0 when there is none. `text` is valid UTF-8.
std::size_t control_length(std::string_view text, std::size_t at) {
  unsigned first = byte_at(text, at), second = byte_at(text, at + 1), third = byte_at(text, at + 2);
  if (first < 0x20 || first == 0x7F) return 1;
  if (first == 0xC2 && second < 0xA0) return 2;  // U+0080 to U+009F
  if (first != 0xE2) return 0;
  if (second == 0x80 && third >= 0xA8 && third <= 0xAE) return 3;   // U+2028 to U+202E
  return second == 0x81 && third >= 0xA6 && third <= 0xA9 ? 3 : 0;  // U+2066 to U+2069
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string valid = repair_utf8(text), out;
  for (std::size_t at = 0; at < valid.size();) {
    if (std::size_t length = control_length(valid, at)) {
      out += kReplacement;
      at += length;
    } else {
      out += valid[at++];
    }
  }
  return out;
}

std::string manifest(std::span<const Artifact> artifacts) {
  std::string text;
  for (const auto& artifact : artifacts) {
    text += "artifact: " + (artifact.name.empty() ? "(unnamed)" : harmless(artifact.name)) + " (";
    if (!artifact.mime.empty()) text += harmless(artifact.mime) + ", ";
    text += std::to_string(artifact.bytes.size()) + (artifact.bytes.size() == 1 ? " byte)\n" : " bytes)\n");
  }
  return text;
}

}  // namespace executus::deliver
