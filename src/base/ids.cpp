#include <array>
#include <cerrno>
#include <cstdint>
#include <ostream>

#include <sys/random.h>

#include <executus/base/error.hpp>
#include <executus/base/ids.hpp>

#include "base/ascii.hpp"

namespace executus {
namespace {

bool legal_in_run_id(char c) { return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }

std::array<std::uint8_t, 16> random_bytes() {
  std::array<std::uint8_t, 16> bytes;
  for (std::size_t got = 0; got < bytes.size();) {
    ssize_t n = getrandom(bytes.data() + got, bytes.size() - got, 0);
    if (n < 0 && errno != EINTR) throw failed("base.random", "reading random bytes from the operating system failed");
    if (n > 0) got += static_cast<std::size_t>(n);
  }
  return bytes;
}

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

}  // namespace

const std::string& RunId::str() const noexcept {
  static const std::string none;
  return text_ ? *text_ : none;
}

std::optional<RunId> RunId::parse(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  for (char c : text)
    if (!legal_in_run_id(c)) return std::nullopt;
  return RunId(std::string(text));
}

RunId RunId::generate(const Clock& clock) {
  auto bytes = random_bytes();
  auto ms = static_cast<std::uint64_t>(clock.wall().time_since_epoch().count());
  for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));  // version 7
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));  // variant 10
  return RunId(uuid_text(bytes));
}

std::ostream& operator<<(std::ostream& out, const RunId& id) { return out << id.str(); }

}  // namespace executus
