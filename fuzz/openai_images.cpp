// What OpenAI's images API answers.
#include "base/text.hpp"
#include "fuzz/answers.hpp"
#include "fuzz/property.hpp"
#include "llm/media/sniff.hpp"
#include "llm/openai/images.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  try {
    std::size_t bytes = 0;
    for (const auto& image : llm::openai::read_images(text_of(data, size), asked_of_lab())) {
      expect(!image.bytes.empty() && image.mime.starts_with("image/"), "an image has bytes and a type");
      auto found = llm::media::sniff(image.bytes).format;
      bool told = found == llm::media::Format::jpeg || found == llm::media::Format::webp;
      expect(!told || llm::media::mime_of(found) == image.mime, "the type is that of the bytes");
      bytes += image.bytes.size();
    }
    expect(bytes <= size, "images are not larger than what they came in");
  } catch (const llm::ModelError& error) {
    expect(!has_canary(error.message()), "no error quotes the key", error.message());
    expect(is_valid_utf8(error.message()), "an error is valid UTF-8");
  }
  return 0;
}
