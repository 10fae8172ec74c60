// The image module: libvips behind the functions of module_abi.hpp. Nothing else is visible in it.
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>

#include <vips/vips.h>

#include "llm/media/module_abi.hpp"

namespace {

struct Unref {
  void operator()(VipsImage* image) const noexcept { g_object_unref(image); }
};
using VipsPointer = std::unique_ptr<VipsImage, Unref>;

constexpr int kNoLimit = VIPS_MAX_COORD;

// The formats that sniff() tells apart and libvips reads itself. Everything else it could read (SVG, PDF, whatever
// ImageMagick knows) is attack surface: images come from the web.
constexpr const char* kLoaders[] = {"VipsForeignLoadPng",  "VipsForeignLoadJpeg", "VipsForeignLoadNsgif",
                                    "VipsForeignLoadWebp", "VipsForeignLoadTiff", "VipsForeignLoadHeif"};

// libvips writes about every damaged image to stderr, which belongs to the program that loaded this module.
void drop_message(const char*, GLogLevelFlags, const char*, void*) {}

bool start_vips() {
  if (VIPS_INIT("executus") != 0) return false;
  g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION),
                    drop_message, nullptr);
  vips_concurrency_set(1);  // several images at once are what keeps the cores busy
  vips_cache_set_max(0);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : kLoaders) vips_operation_block_set(loader, FALSE);
  return true;
}

bool is_started() {
  static const bool started = start_vips();
  return started;
}

int fail(ExecutusMediaResult* result, ExecutusMediaStatus status, const char* why) {
  g_strlcpy(result->error, why, sizeof result->error);
  result->error[std::strcspn(result->error, "\n")] = '\0';  // the first line says what was wrong, the rest where
  return status;
}

int fail_with_vips_error(ExecutusMediaResult* result, ExecutusMediaStatus status) {
  fail(result, status, vips_error_buffer());
  vips_error_clear();
  return status;
}

// Only the header is read: what an image claims, as the decoder understands it.
bool claims_too_much(const ExecutusMediaJob& job, const VipsImage* header) {
  return static_cast<uint64_t>(vips_image_get_width(header)) * static_cast<uint64_t>(vips_image_get_height(header)) >
         job.max_pixels;
}

// Colours that mean something else than sRGB: then they are converted, and else kept as they are.
const char* profile_to_convert_to(const VipsImage* header) {
  bool differs = vips_image_get_typeof(header, VIPS_META_ICC_NAME) != 0 ||
                 vips_image_get_interpretation(header) == VIPS_INTERPRETATION_CMYK;
  return differs ? "srgb" : nullptr;
}

// `fail_on` is an option of the loader: that of the function of the same name does nothing in libvips 8.14.
VipsPointer shrunk(const ExecutusMediaJob& job, const char* profile) {
  int edge = job.max_edge == 0 || job.max_edge > kNoLimit ? kNoLimit : static_cast<int>(job.max_edge);
  VipsImage* out = nullptr;
  vips_thumbnail_buffer(const_cast<char*>(job.bytes), job.size, &out, edge, "height", edge, "size", VIPS_SIZE_DOWN,
                        "export_profile", profile, "option_string", "fail_on=truncated", nullptr);
  return VipsPointer(out);
}

// JPEG has no transparency: on white, as pages are.
int save_jpeg(VipsImage* image, int quality, void** bytes, size_t* size) {
  constexpr double white[] = {255, 255, 255};
  VipsArrayDouble* background = vips_array_double_new(white, 3);
  int status = vips_jpegsave_buffer(image, bytes, size, "Q", quality, "optimize_coding", TRUE, "strip", TRUE,
                                    "background", background, nullptr);
  vips_area_unref(VIPS_AREA(background));
  return status;
}

int save(VipsImage* image, const ExecutusMediaJob& job, void** bytes, size_t* size) {
  std::string_view mime(job.mime);
  bool lossless = job.quality == 0;
  int quality = lossless ? 90 : job.quality;
  if (mime == "image/png") return vips_pngsave_buffer(image, bytes, size, "strip", TRUE, nullptr);
  if (mime == "image/jpeg") return save_jpeg(image, quality, bytes, size);
  if (mime == "image/webp")
    return vips_webpsave_buffer(image, bytes, size, "Q", quality, "lossless", lossless ? TRUE : FALSE, "strip", TRUE,
                                nullptr);
  vips_error("executus", "cannot encode %s", job.mime);
  return -1;
}

int encode(const ExecutusMediaJob& job, ExecutusMediaResult* result) {
  VipsPointer header(vips_image_new_from_buffer(job.bytes, job.size, "", nullptr));
  if (!header) return fail_with_vips_error(result, executus_media_unreadable);
  if (claims_too_much(job, header.get())) return fail(result, executus_media_unreadable, "it has too many pixels");
  auto image = shrunk(job, profile_to_convert_to(header.get()));
  if (!image) return fail_with_vips_error(result, executus_media_unreadable);
  // Decoding happens while it is saved: a broken image shows here.
  void* bytes = nullptr;
  if (save(image.get(), job, &bytes, &result->size) != 0)
    return fail_with_vips_error(result, executus_media_unreadable);
  result->bytes = static_cast<char*>(bytes);
  return executus_media_ok;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int executus_media_encode_v1(const ExecutusMediaJob* job,
                                                                    ExecutusMediaResult* result) {
  if (!is_started()) return fail_with_vips_error(result, executus_media_unable);
  int status = encode(*job, result);
  vips_thread_shutdown();  // what libvips keeps for a thread: those of a pool come and go
  return status;
}

__attribute__((visibility("default"))) void executus_media_free_v1(char* bytes) { g_free(bytes); }
}
