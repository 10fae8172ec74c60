// Port: decodes images and encodes them anew.
//
// Absent: make_missing_codec, whose errors say what would help. Threads: any, several at once; a call takes as long as
// the image is large: off the strands. Errors: media.no_codec (this machine cannot), media.unreadable (the image is
// broken, or larger than it claims).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <executus/base/result.hpp>

#include "llm/media/plan.hpp"

namespace executus::llm::media {

class ImageCodec {
 public:
  virtual ~ImageCodec() = default;

  // The first picture of the file, upright, without its metadata, encoded as `how` says.
  [[nodiscard]] virtual Result<std::string> encode(std::string_view image, const Encoding& how) = 0;
};

// `why` ends the error: what is missing, and what to do about it.
[[nodiscard]] std::unique_ptr<ImageCodec> make_missing_codec(std::string why);

}  // namespace executus::llm::media
