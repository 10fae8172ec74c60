// Numbers in a header that may end anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace executus::llm::media {

enum class ByteOrder { big, little };

class HeaderBytes {
 public:
  explicit HeaderBytes(std::string_view bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  // The `width` (1 to 4) bytes at `offset`; nothing when some of them are not there.
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t offset, std::size_t width) const {
    if (offset > bytes_.size() || bytes_.size() - offset < width) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      auto at = order_ == ByteOrder::big ? offset + i : offset + width - 1 - i;
      value = value << 8U | static_cast<unsigned char>(bytes_[at]);
    }
    return value;
  }
  [[nodiscard]] std::optional<std::uint32_t> u8(std::size_t offset) const { return number(offset, 1); }
  [[nodiscard]] std::optional<std::uint32_t> u16(std::size_t offset) const { return number(offset, 2); }
  [[nodiscard]] std::optional<std::uint32_t> u24(std::size_t offset) const { return number(offset, 3); }
  [[nodiscard]] std::optional<std::uint32_t> u32(std::size_t offset) const { return number(offset, 4); }

  [[nodiscard]] bool has(std::size_t offset, std::string_view text) const {
    return offset <= bytes_.size() && bytes_.substr(offset).starts_with(text);
  }

 private:
  std::string_view bytes_;
  ByteOrder order_;
};

}  // namespace executus::llm::media
