// What an image says it is: the same however much of it is there, and nothing that makes no sense.
#include "fuzz/cuts.hpp"
#include "fuzz/property.hpp"
#include "llm/media/sniff.hpp"

namespace executus::fuzz {
namespace {

using namespace llm::media;

// The brands and the largest picture of these may come later.
bool grows(Format format) { return format == Format::avif || format == Format::heic; }

void check_image(std::string_view bytes) {
  auto whole = sniff(bytes);
  expect(whole == sniff(bytes), "equal bytes are equal images");
  if (whole.format == Format::unknown) return expect(!whole.size, "what is no image has no size");
  expect(format_of(mime_of(whole.format)) == whole.format, "a format has a name of its own");
  if (whole.size) expect(whole.size->width > 0 && whole.size->height > 0, "an image has pixels");
  if (grows(whole.format)) return;
  for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 16) {
    auto part = sniff(bytes.substr(0, length));
    if (grows(part.format)) continue;  // "BM" may begin the length of a box
    expect(part.format == Format::unknown || part.format == whole.format, "a beginning is of the same format");
    expect(!part.size || part.size == whole.size, "a beginning has the same size");
  }
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  executus::fuzz::check_image(executus::fuzz::text_of(data, size));
  (void)executus::llm::media::format_of(executus::fuzz::text_of(data, size));
  return 0;
}
