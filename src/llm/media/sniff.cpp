#include "llm/media/sniff.hpp"

#include <array>
#include <string>

#include "base/ascii.hpp"
#include "llm/media/header_bytes.hpp"
#include "llm/media/iso_boxes.hpp"

namespace executus::llm::media {
namespace {

using std::string_view_literals::operator""sv;
using Number = std::optional<std::uint32_t>;

std::optional<PixelSize> size_of(Number width, Number height) {
  if (!width || !height || *width == 0 || *height == 0) return std::nullopt;
  return PixelSize{*width, *height};
}

std::optional<PixelSize> png_size(std::string_view bytes) {
  HeaderBytes header(bytes, ByteOrder::big);
  if (!header.has(12, "IHDR")) return std::nullopt;
  return size_of(header.u32(16), header.u32(20));
}

std::optional<PixelSize> gif_size(std::string_view bytes) {
  HeaderBytes header(bytes, ByteOrder::little);
  return size_of(header.u16(6), header.u16(8));
}

// A frame header: SOF0 to SOF15 but for DHT, JPG and DAC, which share the range.
bool is_jpeg_frame(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Markers that stand alone: TEM, RST0 to RST7, SOI.
bool has_no_segment(std::uint32_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

std::optional<PixelSize> jpeg_size(std::string_view bytes) {
  HeaderBytes header(bytes, ByteOrder::big);
  for (std::size_t at = 2; header.u8(at) == 0xFFU;) {
    auto marker = header.u8(at + 1);
    if (!marker || marker == 0xD9U || marker == 0xDAU) return std::nullopt;  // pixels without a frame header
    if (is_jpeg_frame(*marker)) return size_of(header.u16(at + 7), header.u16(at + 5));
    if (marker == 0xFFU) {  // a fill byte
      ++at;
      continue;
    }
    auto length = has_no_segment(*marker) ? Number{0} : header.u16(at + 2);
    if (!length) return std::nullopt;
    at += 2 + *length;
  }
  return std::nullopt;
}

std::optional<PixelSize> plus_one(Number width, Number height) {
  if (!width || !height) return std::nullopt;
  return PixelSize{*width + 1, *height + 1};
}

// developers.google.com/speed/webp/docs/riff_container
std::optional<PixelSize> webp_size(std::string_view bytes) {
  HeaderBytes header(bytes, ByteOrder::little);
  if (header.has(12, "VP8X")) return plus_one(header.u24(24), header.u24(27));
  if (header.has(12, "VP8L") && header.u8(20) == 0x2FU) {
    auto bits = header.u32(21);
    if (bits) return PixelSize{(*bits & 0x3FFFU) + 1, (*bits >> 14U & 0x3FFFU) + 1};
  }
  if (header.has(12, "VP8 ") && header.has(23, "\x9d\x01\x2a")) {
    auto width = header.u16(26);
    auto height = header.u16(28);
    if (width && height) return size_of(*width & 0x3FFFU, *height & 0x3FFFU);
  }
  return std::nullopt;
}

// A negative number is one of a picture that stands on its head, or nonsense.
std::uint32_t magnitude(std::uint32_t number) { return number & 0x80000000U ? 0U - number : number; }

std::optional<PixelSize> bmp_size(std::string_view bytes) {
  HeaderBytes header(bytes, ByteOrder::little);
  if (header.u32(14) == 12U) return size_of(header.u16(18), header.u16(20));
  auto width = header.u32(18);
  auto height = header.u32(22);
  if (!width || !height) return std::nullopt;
  return size_of(magnitude(*width), magnitude(*height));
}

// TIFF 6.0: entries of 12 bytes, tag, type (3: 16 bits, 4: 32 bits), count, value.
std::optional<PixelSize> tiff_size(std::string_view bytes) {
  HeaderBytes header(bytes, bytes.starts_with("II") ? ByteOrder::little : ByteOrder::big);
  auto directory = header.u32(4);
  auto entries = directory ? header.u16(*directory) : std::nullopt;
  if (!entries || header.u16(2) != 42U) return std::nullopt;
  Number width;
  Number height;
  for (std::size_t i = 0; i < *entries && !(width && height); ++i) {
    auto at = *directory + 2 + i * 12;
    auto tag = header.u16(at);
    if (!tag) return std::nullopt;
    if (tag != 256U && tag != 257U) continue;
    (tag == 256U ? width : height) = header.u16(at + 2) == 3U ? header.u16(at + 8) : header.u32(at + 8);
  }
  return size_of(width, height);
}

struct Kind {
  Format format;
  std::string_view mime;
  std::optional<PixelSize> (*size)(std::string_view bytes);
};

constexpr std::array kKinds{
    Kind{Format::png, "image/png", png_size},   Kind{Format::jpeg, "image/jpeg", jpeg_size},
    Kind{Format::gif, "image/gif", gif_size},   Kind{Format::webp, "image/webp", webp_size},
    Kind{Format::bmp, "image/bmp", bmp_size},   Kind{Format::tiff, "image/tiff", tiff_size},
    Kind{Format::avif, "image/avif", iso_size}, Kind{Format::heic, "image/heic", iso_size},
};

// Offset 14 of a BMP is the length of the header that follows: "BM" alone begins many a text.
bool is_bmp(std::string_view bytes) {
  auto length = HeaderBytes(bytes, ByteOrder::little).u32(14);
  return bytes.starts_with("BM") && length && *length >= 12 && *length <= 124;
}

Format format_of_bytes(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return Format::png;
  if (bytes.starts_with("\xff\xd8\xff")) return Format::jpeg;
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return Format::gif;
  if (bytes.starts_with("RIFF") && HeaderBytes(bytes, ByteOrder::little).has(8, "WEBP")) return Format::webp;
  if (is_bmp(bytes)) return Format::bmp;
  for (auto magic : {"II\x2a\0"sv, "MM\0\x2a"sv, "II\x2b\0"sv, "MM\0\x2b"sv})
    if (bytes.starts_with(magic)) return Format::tiff;
  if (iso_brand(bytes, {"avif", "avis"})) return Format::avif;
  if (iso_brand(bytes, {"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"})) return Format::heic;
  return Format::unknown;
}

}  // namespace

std::string_view mime_of(Format format) {
  for (const auto& kind : kKinds)
    if (kind.format == format) return kind.mime;
  return "";
}

Format format_of(std::string_view mime) {
  std::string lower = lowered(mime);
  if (lower == "image/jpg") return Format::jpeg;
  if (lower == "image/heif") return Format::heic;
  for (const auto& kind : kKinds)
    if (kind.mime == lower) return kind.format;
  return Format::unknown;
}

Sniffed sniff(std::string_view bytes) {
  auto format = format_of_bytes(bytes);
  for (const auto& kind : kKinds)
    if (kind.format == format) return {format, kind.size(bytes)};
  return {};
}

}  // namespace executus::llm::media
