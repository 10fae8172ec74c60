// What a server answered to a fetch, as text for a model. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tools/shared/capped_text.hpp"

namespace executus::tools {

struct FetchedPage {
  std::string url;   // where it came from, after redirects
  std::string type;  // Content-Type
  std::string body;  // decompressed
  Part part = Part::whole;
};

// Bytes of a body that are fetched, decompressed.
inline constexpr std::size_t kMaxPage = std::size_t{2} << 20;
inline constexpr std::size_t kMaxPdf = std::size_t{16} << 20;

[[nodiscard]] bool is_pdf(const FetchedPage& page);

// Its text: HTML as Markdown, other text as it is, in the charset that header, byte order mark or page name. Nothing:
// it is no text (a picture, an archive).
[[nodiscard]] std::optional<std::string> text_of(FetchedPage page);

}  // namespace executus::tools
