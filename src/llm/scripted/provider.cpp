#include <cerrno>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include <executus/llm/scripted.hpp>

#include "base/file_to_read.hpp"

namespace executus::llm {
namespace {

// A model whose script cannot be read.
class BrokenModel final : public Model {
 public:
  BrokenModel(std::string target, std::string why) : target_(std::move(target)), why_(std::move(why)) {}

  Task<Response> generate(Request, StreamObserver*) override {
    throw ModelError(Failure::permanent, "model.script", target_ + " has no usable script: " + why_);
    co_return Response{};
  }
  [[nodiscard]] const std::string& target() const override { return target_; }

 private:
  std::string target_;
  std::string why_;
};

Result<Script> load_script(const std::filesystem::path& path) {
  auto opened = open_to_read(path);
  if (opened.descriptor < 0)
    return failed("model.script",
                  "the file " + path.string() + " cannot be read (" + opened.obstacle + "); check the path");
  std::string text;
  char bytes[1 << 16];
  ssize_t count = 0;
  while ((count = ::read(opened.descriptor, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
    if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
  ::close(opened.descriptor);
  if (count < 0) return failed("model.script", "the file " + path.string() + " cannot be read to its end");
  return read_script(text, path.string());
}

class ScriptedProvider final : public Provider {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }

  std::shared_ptr<Model> model(std::string id) override {
    std::error_code error;
    auto path = std::filesystem::absolute(id, error).lexically_normal();
    if (error) path = id;
    std::string target = name_ + "/" + path.string();
    auto script = load_script(path);
    if (!script) return std::make_shared<BrokenModel>(std::move(target), script.error().message());
    return std::make_shared<ScriptedModel>(std::move(*script), std::move(target));
  }

 private:
  std::string name_ = "scripted";
};

}  // namespace

std::shared_ptr<Provider> make_scripted_provider() { return std::make_shared<ScriptedProvider>(); }

}  // namespace executus::llm
