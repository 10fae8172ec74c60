// The boxes of ISO 14496-12 that AVIF and HEIC files are made of, as far as a size needs them. Total, like sniff().
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "llm/media/sniff.hpp"

namespace executus::llm::media {

// Whether the file begins with a box of brands, one of them among `brands`.
[[nodiscard]] bool iso_brand(std::string_view bytes, std::initializer_list<std::string_view> brands);

// The largest image of the file: meta > iprp > ipco > ispe. A picture of several tiles has one for the whole of it.
[[nodiscard]] std::optional<PixelSize> iso_size(std::string_view bytes);

}  // namespace executus::llm::media
