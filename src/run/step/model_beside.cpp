#include "run/step/model_beside.hpp"

#include <utility>

namespace executus::run {
namespace {

class ModelBeside final : public llm::Model {
 public:
  ModelBeside(llm::ResolvedModel resolved, StageModel& stage)
      : model_(std::move(resolved.model)), targets_(run::targets_of(resolved.spec)), stage_(stage) {}
  // What limits the run is known when it has begun, which may be after this was made.
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    request.spent = &stage_.spent_sink();
    auto* spending = stage_.spending();
    if (!spending) return model_->generate(std::move(request), observer);
    return spending->ask_beside(model_, targets_, std::move(request), observer);
  }
  const std::string& target() const override { return model_->target(); }
  llm::Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  const std::shared_ptr<llm::Model> model_;
  const std::vector<PricedTarget> targets_;
  StageModel& stage_;
};

}  // namespace

std::shared_ptr<llm::Model> model_beside(llm::ResolvedModel resolved, StageModel& stage) {
  return std::make_shared<ModelBeside>(std::move(resolved), stage);
}

}  // namespace executus::run
