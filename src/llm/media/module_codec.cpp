#include "llm/media/module_codec.hpp"

#include <mutex>
#include <utility>

#include <dlfcn.h>

#include "llm/media/module_abi.hpp"

#ifndef EXECUTUS_MODULE_FOLDER
#define EXECUTUS_MODULE_FOLDER ""
#endif
#ifndef EXECUTUS_LIBRARY_FOLDER_NAME
#define EXECUTUS_LIBRARY_FOLDER_NAME "lib"
#endif

namespace executus::llm::media {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRemedy =
    "; install libvips (Debian: libvips42) and executus with its module, or set "
    "EXECUTUS_MEDIA_MODULE to the path of libexecutus_vips.so";

class ModuleCodec final : public ImageCodec {
 public:
  ModuleCodec(ExecutusMediaEncode encode, ExecutusMediaFree free) : encode_(encode), free_(free) {}

  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    const std::string mime(mime_of(how.format));
    const ExecutusMediaJob job{image.data(), image.size(), mime.c_str(), how.quality, how.max_edge, kMaxPixels};
    ExecutusMediaResult result{};
    int status = encode_(&job, &result);
    if (status == executus_media_ok) {
      std::unique_ptr<char, ExecutusMediaFree> owned(result.bytes, free_);
      return std::string(result.bytes, result.size);
    }
    if (status == executus_media_unreadable)
      return failed("media.unreadable", std::string("it cannot be read (") + result.error + ")");
    return failed("media.no_codec", std::string("libvips cannot do that here: ") + result.error);
  }

 private:
  ExecutusMediaEncode encode_;
  ExecutusMediaFree free_;
};

class MissingCodec final : public ImageCodec {
 public:
  explicit MissingCodec(std::string why) : why_(std::move(why)) {}
  Result<std::string> encode(std::string_view, const Encoding&) override {
    return failed("media.no_codec", "to change an image needs what is not here: " + why_);
  }

 private:
  std::string why_;
};

std::string last_loader_error() {
  const char* error = ::dlerror();
  return error ? error : "the loader does not say why";
}

template <class Function>
Function function_in(void* module, const char* name) {
  return reinterpret_cast<Function>(::dlsym(module, name));
}

std::unique_ptr<ImageCodec> load_module(const fs::path& path) {
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) return make_missing_codec("the module cannot be loaded (" + last_loader_error() + ")" + kRemedy);
  auto encode = function_in<ExecutusMediaEncode>(module, kEncodeSymbol);
  auto free = function_in<ExecutusMediaFree>(module, kFreeSymbol);
  if (encode && free) return std::make_unique<ModuleCodec>(encode, free);
  return make_missing_codec(path.string() + " is no image module of this version" + kRemedy);
}

std::unique_ptr<ImageCodec> load_first(const std::vector<fs::path>& places) {
  std::string looked;
  for (const auto& place : places) {
    std::error_code ignored;
    if (fs::exists(place, ignored)) return load_module(place);
    looked += (looked.empty() ? "" : ", ") + place.string();
  }
  return make_missing_codec("the module " + std::string(kModuleFile) + " (looked for: " + looked + ")" + kRemedy);
}

class CodecOnDemand final : public ImageCodec {
 public:
  explicit CodecOnDemand(std::vector<fs::path> places) : places_(std::move(places)) {}
  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    std::call_once(loaded_, [this] { codec_ = load_first(places_); });
    return codec_->encode(image, how);
  }

 private:
  std::vector<fs::path> places_;
  std::once_flag loaded_;
  std::unique_ptr<ImageCodec> codec_;
};

}  // namespace

std::unique_ptr<ImageCodec> make_missing_codec(std::string why) {
  return std::make_unique<MissingCodec>(std::move(why));
}

std::vector<fs::path> module_places(const Environment& environment) {
  if (auto set = environment.get("EXECUTUS_MEDIA_MODULE"); set && !set->empty()) return {*set};
  std::vector<fs::path> places;
  std::error_code error;
  auto executable = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    auto folder = executable.parent_path();
    places.push_back(folder / kModuleFile);
    places.push_back(folder.parent_path() / EXECUTUS_LIBRARY_FOLDER_NAME / "executus" / kModuleFile);
  }
  if (fs::path installed(EXECUTUS_MODULE_FOLDER); !installed.empty()) places.push_back(installed / kModuleFile);
  return places;
}

std::unique_ptr<ImageCodec> make_module_codec(std::vector<fs::path> places) {
  return std::make_unique<CodecOnDemand>(std::move(places));
}

}  // namespace executus::llm::media
