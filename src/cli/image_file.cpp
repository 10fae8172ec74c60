#include "cli/image_file.hpp"

#include <string_view>

#include "runtime/text_file.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kMaxImage = 20U << 20U;  // what the large providers accept

std::string_view image_type(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return "image/gif";
  if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
  return "";
}

}  // namespace

llm::Image read_image(const std::string& path) {
  auto bytes = read_text_file(path, kMaxImage).value();
  std::string mime(image_type(bytes));
  if (mime.empty()) throw failed("cli.usage", "--image '" + path + "' is no PNG, JPEG, GIF or WebP image");
  return {std::move(bytes), std::move(mime)};
}

}  // namespace executus::cli
