// A codec that does nothing twice: an agent sends an image again with every step. Keeps what was encoded, and what was
// found to be broken, by the image's SHA-256 and the encoding asked for; what was not used for longest makes room.
//
// Threads: any. A call for an image that is being encoded waits for that result. What this machine cannot do
// (media.no_codec) is not kept.
#pragma once

#include <cstddef>
#include <memory>

#include "llm/media/codec.hpp"

namespace executus::llm::media {

// `max_bytes` of results and their bookkeeping; a larger result is not kept.
[[nodiscard]] std::unique_ptr<ImageCodec> make_cached_codec(std::unique_ptr<ImageCodec> codec, std::size_t max_bytes);

}  // namespace executus::llm::media
