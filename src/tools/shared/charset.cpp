#include "tools/shared/charset.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <iconv.h>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::tools {
namespace {

// Servers name the charset, so only these converters of the C library can be started by them.
constexpr std::array<std::string_view, 20> kKnown{
    "iso-8859-", "iso8859-", "latin",  "windows-12", "cp12",    "cp437", "cp85",   "macintosh", "koi8-",    "shift_jis",
    "euc-jp",    "euc-kr",   "gb2312", "gbk",        "gb18030", "big5",  "utf-16", "utf-32",    "us-ascii", "tis-620"};

bool is_known(std::string_view charset) {
  bool plain = std::ranges::all_of(
      charset, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
  return plain && std::ranges::any_of(kKnown, [&](auto known) { return charset.starts_with(known); });
}

struct Close {
  void operator()(iconv_t converter) const { ::iconv_close(converter); }
};
using Converter = std::unique_ptr<std::remove_pointer_t<iconv_t>, Close>;

constexpr std::string_view kNoCharacter = "\xef\xbf\xbd";

}  // namespace

std::string charset_of(std::string_view content_type) {
  std::string lower = lowered(content_type);
  auto at = lower.find("charset=");
  if (at == std::string::npos) return "";
  std::string_view value = std::string_view(lower).substr(at + 8);
  if (value.starts_with('"')) value.remove_prefix(1);
  return std::string(trim(value.substr(0, value.find_first_of(";\""))));
}

std::optional<std::string> utf8_from(std::string_view bytes, std::string_view charset) {
  if (!is_known(charset)) return std::nullopt;
  auto opened = ::iconv_open("UTF-8", std::string(charset).c_str());
  if (reinterpret_cast<std::intptr_t>(opened) == -1) return std::nullopt;
  Converter converter(opened);
  std::string text;
  std::array<char, 4096> room;
  char* in = const_cast<char*>(bytes.data());  // iconv does not write there
  std::size_t left = bytes.size();
  while (left > 0) {
    char* out = room.data();
    std::size_t free = room.size();
    auto converted = ::iconv(converter.get(), &in, &left, &out, &free);
    text.append(room.data(), out);
    if (converted != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    text += kNoCharacter;
    if (errno != EILSEQ) break;  // the beginning of a character, at the end
    ++in, --left;
  }
  return text;
}

}  // namespace executus::tools
