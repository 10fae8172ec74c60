// What an image really is, from its first bytes: its format and how many pixels it says it has. Total: any bytes, no
// matter how they are cut off or what they claim, in time proportional to their number at most. Decodes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace executus::llm::media {

enum class Format { unknown, png, jpeg, gif, webp, bmp, tiff, avif, heic };

// "image/png"; "" of unknown.
[[nodiscard]] std::string_view mime_of(Format format);
[[nodiscard]] Format format_of(std::string_view mime);  // in any case of letters; "image/jpg" is known too

struct PixelSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  [[nodiscard]] std::uint64_t pixels() const noexcept { return std::uint64_t{width} * height; }
  [[nodiscard]] std::uint32_t longest_edge() const noexcept { return width > height ? width : height; }
  bool operator==(const PixelSize&) const = default;
};

struct Sniffed {
  Format format = Format::unknown;
  std::optional<PixelSize> size;  // nothing: the header is cut off or damaged, or says it in a way not read here
  bool operator==(const Sniffed&) const = default;
};

// Sizes are those before an orientation in the metadata is applied. Of several images in one file: GIF's screen, TIFF's
// first page, the largest item of AVIF and HEIC. Not read: the size of a BigTIFF.
[[nodiscard]] Sniffed sniff(std::string_view bytes);

}  // namespace executus::llm::media
