// Web pages: whatever a server sends becomes valid UTF-8, or nothing, without more text than it had.
#include "base/text.hpp"
#include "fuzz/property.hpp"
#include "tools/web/markdown.hpp"
#include "tools/web/page.hpp"

namespace executus::fuzz {
namespace {

constexpr std::size_t kMostForAByte = 2'100;  // a link of one letter may be shown with a URL of 2000 bytes

void check(std::string_view bytes) {
  auto markdown = tools::markdown_of(bytes, "https://a.example/b");
  expect(!markdown || is_valid_utf8(*markdown), "a page is shown as UTF-8");
  expect(!markdown || markdown->size() <= kMostForAByte * (bytes.size() + 1), "a page does not grow without bounds");
  for (const char* type : {"text/html", "text/html; charset=utf-16", "text/plain", ""}) {
    auto text = tools::text_of({"https://a.example/b", type, std::string(bytes)});
    expect(!text || is_valid_utf8(*text), "a text is shown as UTF-8");
  }
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  executus::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
