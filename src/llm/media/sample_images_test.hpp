// Images, byte by byte: headers as sniff() reads them, with no pixels behind, and uncompressed TIFFs that are whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace executus::llm::media {

[[nodiscard]] inline std::string big(std::uint32_t number, int width) {
  std::string bytes;
  for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
  return bytes;
}
[[nodiscard]] inline std::string little(std::uint32_t number, int width) {
  auto bytes = big(number, width);
  return {bytes.rbegin(), bytes.rend()};
}

[[nodiscard]] inline std::string png_header(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1a\n" + big(13, 4) + "IHDR" + big(width, 4) + big(height, 4) + std::string("\x08\x02\0\0\0", 5);
}

// With a segment of metadata and fill bytes before the frame.
[[nodiscard]] inline std::string jpeg_header(std::uint32_t width, std::uint32_t height, char frame = '\xc0') {
  return std::string("\xff\xd8\xff\xe1") + big(2 + 20, 2) + std::string(20, '\xff') + "\xff\xff\xff" + frame +
         big(17, 2) + "\x08" + big(height, 2) + big(width, 2) + std::string("\x03\x01\x22\0", 4);
}

[[nodiscard]] inline std::string gif_header(std::uint32_t width, std::uint32_t height) {
  return "GIF89a" + little(width, 2) + little(height, 2) + std::string("\x80\0\0", 3);
}

[[nodiscard]] inline std::string riff_webp(std::string_view chunk, const std::string& content) {
  return "RIFF" + little(static_cast<std::uint32_t>(content.size() + 12), 4) + "WEBP" + std::string(chunk) +
         little(static_cast<std::uint32_t>(content.size()), 4) + content;
}
[[nodiscard]] inline std::string webp_lossy(std::uint32_t width, std::uint32_t height) {
  return riff_webp("VP8 ", std::string("\x10\x20\0\x9d\x01\x2a", 6) + little(width, 2) + little(height, 2));
}
[[nodiscard]] inline std::string webp_lossless(std::uint32_t width, std::uint32_t height) {
  return riff_webp("VP8L", "\x2f" + little((width - 1) | (height - 1) << 14U, 4));
}
[[nodiscard]] inline std::string webp_extended(std::uint32_t width, std::uint32_t height) {
  return riff_webp("VP8X", std::string("\x10\0\0\0", 4) + little(width - 1, 3) + little(height - 1, 3));
}

[[nodiscard]] inline std::string bmp_header(std::uint32_t width, std::uint32_t height, std::uint32_t length = 40) {
  int wide = length == 12 ? 2 : 4;
  return "BM" + std::string(12, '\0') + little(length, 4) + little(width, wide) + little(height, wide);
}

// One entry before those of the size.
[[nodiscard]] inline std::string tiff_little(std::uint32_t width, std::uint32_t height) {
  auto entry = [](std::uint32_t tag, std::uint32_t value) {
    return little(tag, 2) + little(4, 2) + little(1, 4) + little(value, 4);
  };
  return std::string("II\x2a\0", 4) + little(8, 4) + little(3, 2) + entry(254, 0) + entry(256, width) +
         entry(257, height);
}
[[nodiscard]] inline std::string tiff_big(std::uint32_t width, std::uint32_t height) {
  auto entry = [](std::uint32_t tag, std::uint32_t value) {
    return big(tag, 2) + big(3, 2) + big(1, 4) + big(value, 2) + big(0, 2);
  };
  return std::string("MM\0\x2a", 4) + big(8, 4) + big(2, 2) + entry(256, width) + entry(257, height);
}

[[nodiscard]] inline std::string iso_box(std::string_view type, const std::string& content) {
  return big(static_cast<std::uint32_t>(content.size() + 8), 4) + std::string(type) + content;
}
// With a thumbnail's size before that of the picture.
[[nodiscard]] inline std::string iso_file(std::string_view brand, std::uint32_t width, std::uint32_t height) {
  auto extent = [](std::uint32_t w, std::uint32_t h) {
    return iso_box("ispe", std::string(4, '\0') + big(w, 4) + big(h, 4));
  };
  auto container = iso_box("ipco", iso_box("hvcC", "xxxx") + extent(16, 16) + extent(width, height));
  return iso_box("ftyp", std::string(brand) + big(0, 4) + "mif1") +
         iso_box("meta", std::string(4, '\0') + iso_box("hdlr", "pict") + iso_box("iprp", container));
}

// A whole one; `pixels`: three bytes each, from the top left.
[[nodiscard]] inline std::string rgb_tiff(std::uint32_t width, std::uint32_t height, const std::string& pixels) {
  auto entry = [](std::uint32_t tag, std::uint32_t type, std::uint32_t value, std::uint32_t count = 1) {
    return little(tag, 2) + little(type, 2) + little(count, 4) + little(value, 4);
  };
  constexpr std::uint32_t entries = 9;
  constexpr std::uint32_t depths = 8 + 2 + entries * 12 + 4;
  return std::string("II\x2a\0", 4) + little(8, 4) + little(entries, 2) + entry(256, 4, width) + entry(257, 4, height) +
         entry(258, 3, depths, 3) + entry(259, 3, 1) + entry(262, 3, 2) + entry(273, 4, depths + 6) + entry(277, 3, 3) +
         entry(278, 4, height) + entry(279, 4, width * height * 3) + little(0, 4) + little(8, 2) + little(8, 2) +
         little(8, 2) + pixels;
}

// Nothing makes it small but fewer pixels, or less truth about them.
[[nodiscard]] inline std::string noise_tiff(std::uint32_t width, std::uint32_t height) {
  std::string pixels(std::size_t{3} * width * height, '\0');
  std::uint32_t state = 7;
  for (auto& byte : pixels) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(state >> 24U);
  }
  return rgb_tiff(width, height, pixels);
}

// Stripes, as in drawings: few bytes without loss.
[[nodiscard]] inline std::string striped_tiff(std::uint32_t width, std::uint32_t height) {
  std::string pixels;
  for (std::uint32_t y = 0; y < height; ++y) pixels.append(std::size_t{3} * width, static_cast<char>(y / 16 * 40));
  return rgb_tiff(width, height, pixels);
}

}  // namespace executus::llm::media
