#include "cli/input/image_file.hpp"

#include "base/text_file.hpp"
#include "llm/media/sniff.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kMaxImage = 20U << 20U;  // what the large providers accept

}  // namespace

llm::Image read_image(const std::string& path) {
  auto bytes = read_text_file(path, kMaxImage).value();
  std::string mime(llm::media::mime_of(llm::media::sniff(bytes).format));
  if (mime.empty())
    throw failed("cli.usage", "--image '" + path + "' is no image (PNG, JPEG, GIF, WebP, TIFF, AVIF, HEIC or BMP)");
  return {std::move(bytes), std::move(mime)};
}

}  // namespace executus::cli
