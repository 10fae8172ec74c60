#include "llm/catalog/parameter_model.hpp"

#include <utility>

namespace executus::llm {
namespace {

class ParameterModel final : public Model {
 public:
  ParameterModel(std::shared_ptr<Model> model, ModelParameters parameters)
      : model_(std::move(model)), parameters_(std::move(parameters)) {}

  // The wrapped model's own task: no coroutine frame of ours for each waiting run.
  Task<Response> generate(Request request, StreamObserver* observer) override {
    if (request.effort.empty()) request.effort = parameters_.effort;
    if (!request.max_output_tokens) request.max_output_tokens = parameters_.max_output_tokens;
    if (!request.temperature) request.temperature = parameters_.temperature;
    return model_->generate(std::move(request), observer);
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  std::shared_ptr<Model> model_;
  ModelParameters parameters_;
};

}  // namespace

std::shared_ptr<Model> with_parameters(std::shared_ptr<Model> model, ModelParameters parameters) {
  return std::make_shared<ParameterModel>(std::move(model), std::move(parameters));
}

}  // namespace executus::llm
