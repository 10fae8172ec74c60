#include "tools/capped_text.hpp"

#include <utility>

#include "base/text.hpp"

namespace executus::tools {

std::string capped_text(std::string text, Part part, std::size_t max_bytes, std::string_view size) {
  text = as_utf8(std::move(text));
  if (text.size() > max_bytes) {
    text.resize(clip_bytes(text, max_bytes).size());
    part = Part::beginning;
  }
  if (part == Part::beginning) text.append("\n[cut: ").append(size).append("]");
  return text;
}

}  // namespace executus::tools
