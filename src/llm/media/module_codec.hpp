// The codec in the module libexecutus_vips.so, which brings libvips and the hundred libraries of that into the process:
// loaded when the first image has to be encoded anew, and never unloaded.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <executus/base/environment.hpp>

#include "llm/media/codec.hpp"

namespace executus::llm::media {

// EXECUTUS_MEDIA_MODULE alone when it is set; else beside the executable, in the library folder that belongs to it, and
// where this version was configured to be installed.
[[nodiscard]] std::vector<std::filesystem::path> module_places(const Environment& environment);

// Loads the first of `places` that is there, on demand; until then nothing is looked at. When none can be loaded every
// call is an error, media.no_codec, that says why and what to install.
[[nodiscard]] std::unique_ptr<ImageCodec> make_module_codec(std::vector<std::filesystem::path> places);

// Which of `places` such a codec works with; loads it. Error media.no_codec: none, and what to install.
[[nodiscard]] Result<std::filesystem::path> find_module(const std::vector<std::filesystem::path>& places);

}  // namespace executus::llm::media
