#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <executus/llm/scripted.hpp>

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
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(path, ignored))
    return failed("model.script", "the file " + path.string() + " cannot be read; check the path");
  std::ostringstream text;
  text << file.rdbuf();
  return read_script(text.str(), path.string());
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
