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
    "; install libvips (Debian: libvips42) and an executus that was built with it (Debian: libvips-dev), or set "
    "EXECUTUS_MEDIA_MODULE to the path of libexecutus_vips.so";

// A loaded module: never unloaded.
struct Module {
  fs::path path;
  ExecutusMediaEncode encode = nullptr;
  ExecutusMediaFree free = nullptr;
};

class ModuleCodec final : public ImageCodec {
 public:
  explicit ModuleCodec(Module module) : module_(std::move(module)) {}

  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    const std::string mime(mime_of(how.format));
    const ExecutusMediaJob job{image.data(), image.size(), mime.c_str(), how.quality, how.max_edge, kMaxPixels};
    ExecutusMediaResult result{};
    int status = module_.encode(&job, &result);
    if (status == executus_media_ok) {
      std::unique_ptr<char, ExecutusMediaFree> owned(result.bytes, module_.free);
      return std::string(result.bytes, result.size);
    }
    if (status == executus_media_unreadable)
      return failed("media.unreadable", std::string("it cannot be read (") + result.error + ")");
    return failed("media.no_codec", std::string("libvips cannot do that here: ") + result.error);
  }

 private:
  Module module_;
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

Error no_module(const std::string& why) { return failed("media.no_codec", why + kRemedy); }

std::string last_loader_error() {
  const char* error = ::dlerror();
  return error ? error : "the loader does not say why";
}

template <class Function>
Function function_in(void* module, const char* name) {
  return reinterpret_cast<Function>(::dlsym(module, name));
}

Result<Module> load_module(const fs::path& path) {
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) return no_module("the module cannot be loaded (" + last_loader_error() + ")");
  Module loaded{path, function_in<ExecutusMediaEncode>(module, kEncodeSymbol),
                function_in<ExecutusMediaFree>(module, kFreeSymbol)};
  if (loaded.encode && loaded.free) return loaded;
  return no_module(path.string() + " is no image module of this version");
}

Result<Module> load_first(const std::vector<fs::path>& places) {
  std::string looked;
  for (const auto& place : places) {
    std::error_code ignored;
    if (fs::exists(place, ignored)) return load_module(place);
    looked += (looked.empty() ? "" : ", ") + place.string();
  }
  return no_module("the module " + std::string(kModuleFile) + " (looked for: " + looked + ")");
}

std::unique_ptr<ImageCodec> make_loaded_codec(const std::vector<fs::path>& places) {
  auto module = load_first(places);
  if (!module) return make_missing_codec(module.error().message());
  return std::make_unique<ModuleCodec>(std::move(*module));
}

class CodecOnDemand final : public ImageCodec {
 public:
  explicit CodecOnDemand(std::vector<fs::path> places) : places_(std::move(places)) {}
  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    std::call_once(loaded_, [this] { codec_ = make_loaded_codec(places_); });
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

Result<fs::path> find_module(const std::vector<fs::path>& places) {
  auto module = load_first(places);
  if (!module) return module.error();
  return module->path;
}

}  // namespace executus::llm::media
