// UTF-8 and base64: repaired text is valid, cut text stays so, and what was encoded is decoded the same.
#include "base/text.hpp"

#include "base/base64.hpp"
#include "fuzz/property.hpp"

namespace executus::fuzz {
namespace {

void check_utf8(std::string_view text) {
  auto prefix = valid_utf8_prefix(text);
  expect(prefix <= text.size() && is_valid_utf8(text.substr(0, prefix)), "the valid beginning is valid");
  expect(is_valid_utf8(text) == (prefix == text.size()), "a text is valid when its beginning is all of it");
  auto repaired = repair_utf8(text);
  expect(is_valid_utf8(repaired) && repaired.size() <= 3 * text.size(), "a repaired text is valid");
  expect(repair_utf8(repaired) == repaired && as_utf8(repaired) == repaired, "a valid text stays as it is");
  for (std::size_t most : {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size()}) {
    expect(is_valid_utf8(clip(repaired, most)) && count_characters(clip(repaired, most)) <= most, "a clip is valid");
    expect(is_valid_utf8(clip_front(repaired, most)) && count_characters(clip_front(repaired, most)) <= most,
           "a clip of the end is valid");
    expect(is_valid_utf8(clip_bytes(repaired, most)) && clip_bytes(repaired, most).size() <= most,
           "a clip of bytes is valid");
    (void)clip(text, most);
    (void)clip_front(text, most);
    (void)clip_bytes(text, most);
  }
}

void check_base64(std::string_view bytes) {
  auto decoded = base64_decode(base64_encode(bytes));
  expect(decoded && *decoded == bytes, "what is encoded is decoded the same");
  auto other = base64_decode(bytes);
  if (!other) return;
  auto again = base64_encode(*other);  // the last bits before a padding may differ
  expect(again.size() == bytes.size() && base64_decode(again) == other, "base64 is as long as its bytes say");
}

void check_words(std::string_view text) {
  auto [first, rest] = split_at_line(text);
  expect(edit_distance(first, rest) == edit_distance(rest, first), "a distance is the same both ways");
  expect(matches_glob("*", text) && matches_glob("*", ""), "a star matches all");
  (void)matches_glob(first, rest);
  std::string joined;
  for (auto part : split(text, ',')) (joined += part) += ',';
  expect(joined == std::string(text) + ",", "the parts and the separators are all there is");
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  auto text = text_of(data, size);
  check_utf8(text);
  check_base64(text);
  check_words(text);
  return 0;
}
