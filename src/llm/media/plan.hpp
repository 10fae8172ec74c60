// What has to happen to an image before a target takes it. Pure: decided from its header, nothing is decoded here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/model.hpp>

#include "llm/media/sniff.hpp"

namespace executus::llm::media {

// Images that claim more are not decoded, and not sent on either: decoded, this is 400 MB of RGBA. No camera made for
// people to carry takes larger pictures at its default setting.
inline constexpr std::uint64_t kMaxPixels = 100'000'000;

// One way to encode an image anew: never larger than it was, the longest edge at most `max_edge`.
struct Encoding {
  Format format = Format::jpeg;  // png, jpeg or webp
  int quality = 0;               // 1 to 100; 0: lossless
  std::uint32_t max_edge = 0;    // pixels; 0: as it is
  bool operator==(const Encoding&) const = default;
};

struct ImageFacts {
  Sniffed sniffed;
  std::size_t bytes = 0;
  std::string declared_mime;
};

enum class Verdict {
  unchanged,    // its bytes as they are, as `mime`
  transcode,    // the target does not take the format
  downscale,    // too many pixels for the target
  byte_ladder,  // too many bytes for the target
  unsupported,  // the target takes nothing that it could be made into
  unreadable,   // no image that this version could change
  bomb,         // more than kMaxPixels
};

[[nodiscard]] std::string_view to_string(Verdict verdict);

struct ImagePlan {
  Verdict verdict = Verdict::unchanged;
  std::string mime = {};  // of `unchanged`: the real one, where it is known
  std::vector<Encoding> ladder =
      {};                // of transcode, downscale and byte_ladder: the first that is light enough is taken
  std::string why = {};  // of all but `unchanged`; for people and models

  [[nodiscard]] bool needs_codec() const noexcept { return !ladder.empty(); }
};

// `target` takes images (max_images is not 0).
[[nodiscard]] ImagePlan plan_image(const ImageFacts& image, const Capabilities& target);

}  // namespace executus::llm::media
