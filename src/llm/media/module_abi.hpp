// What the program and the module that it loads for images agree on: C types alone, since the two may be built apart.
// A change that an older other side would misread gets new names with the next number.
#pragma once

#include <stddef.h>
#include <stdint.h>

extern "C" {

struct ExecutusMediaJob {
  const char* bytes;
  size_t size;
  const char* mime;     // to encode: image/png, image/jpeg or image/webp
  int quality;          // 1 to 100; 0: lossless
  uint32_t max_edge;    // 0: none
  uint64_t max_pixels;  // decode nothing larger
};

struct ExecutusMediaResult {
  char* bytes;  // to be given to executus_media_free_v1; null: it failed
  size_t size;
  char error[256];
};

enum ExecutusMediaStatus {
  executus_media_ok = 0,
  executus_media_unreadable = 1,  // the image's fault
  executus_media_unable = 2,      // the library's: it was built without the format, or out of memory
};

using ExecutusMediaEncode = int (*)(const ExecutusMediaJob* job, ExecutusMediaResult* result);
using ExecutusMediaFree = void (*)(char* bytes);
}

namespace executus::llm::media {

inline constexpr const char* kEncodeSymbol = "executus_media_encode_v1";
inline constexpr const char* kFreeSymbol = "executus_media_free_v1";
inline constexpr const char* kModuleFile = "libexecutus_vips.so";

}  // namespace executus::llm::media
