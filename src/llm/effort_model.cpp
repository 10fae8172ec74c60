#include "llm/effort_model.hpp"

namespace executus::llm {
namespace {

class EffortModel final : public Model {
 public:
  EffortModel(std::shared_ptr<Model> model, std::string effort)
      : model_(std::move(model)), effort_(std::move(effort)) {}

  // The wrapped model's own task: no coroutine frame of ours for each waiting run.
  Task<Response> generate(Request request, StreamObserver* observer) override {
    if (request.effort.empty()) request.effort = effort_;
    return model_->generate(std::move(request), observer);
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  std::shared_ptr<Model> model_;
  std::string effort_;
};

}  // namespace

std::shared_ptr<Model> with_effort(std::shared_ptr<Model> model, std::string effort) {
  return std::make_shared<EffortModel>(std::move(model), std::move(effort));
}

}  // namespace executus::llm
