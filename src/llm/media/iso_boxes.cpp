#include "llm/media/iso_boxes.hpp"

#include <algorithm>

#include "llm/media/header_bytes.hpp"

namespace executus::llm::media {
namespace {

struct Box {
  std::string_view type;
  std::string_view content;  // as far as it is there
};

// The first box of `bytes`, which moves on behind it. Nothing: there is no whole header. Boxes of 64-bit length, which
// hold the pixels, end the search.
std::optional<Box> next_box(std::string_view& bytes) {
  auto length = HeaderBytes(bytes, ByteOrder::big).u32(0);
  if (!length || bytes.size() < 8) return std::nullopt;
  std::size_t size = *length == 0 ? bytes.size() : *length;  // 0: to the end of the file
  if (size < 8) return std::nullopt;
  Box box{bytes.substr(4, 4), bytes.substr(8, size - 8)};
  bytes.remove_prefix(std::min(size, bytes.size()));
  return box;
}

std::optional<std::string_view> box_in(std::string_view bytes, std::string_view type) {
  while (auto box = next_box(bytes))
    if (box->type == type) return box->content;
  return std::nullopt;
}

std::string_view without_version(std::string_view content) {
  return content.substr(std::min<std::size_t>(4, content.size()));
}

}  // namespace

bool iso_brand(std::string_view bytes, std::initializer_list<std::string_view> brands) {
  auto first = next_box(bytes);
  if (!first || first->type != "ftyp") return false;
  auto is_wanted = [&](std::string_view brand) { return std::ranges::find(brands, brand) != brands.end(); };
  const auto& content = first->content;
  if (is_wanted(content.substr(0, 4))) return true;
  for (std::size_t at = 8; at + 4 <= content.size(); at += 4)  // after the version of the first one
    if (is_wanted(content.substr(at, 4))) return true;
  return false;
}

std::optional<PixelSize> iso_size(std::string_view bytes) {
  auto meta = box_in(bytes, "meta");
  auto properties = meta ? box_in(without_version(*meta), "iprp") : std::nullopt;
  auto container = properties ? box_in(*properties, "ipco") : std::nullopt;
  std::optional<PixelSize> largest;
  if (!container) return largest;
  while (auto box = next_box(*container)) {
    if (box->type != "ispe") continue;
    HeaderBytes extent(box->content, ByteOrder::big);
    auto width = extent.u32(4);
    auto height = extent.u32(8);
    if (!width || !height || *width == 0 || *height == 0) continue;
    PixelSize size{*width, *height};
    if (!largest || size.pixels() > largest->pixels()) largest = size;
  }
  return largest;
}

}  // namespace executus::llm::media
