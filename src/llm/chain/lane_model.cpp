#include <utility>

#include <executus/llm/lane_model.hpp>

namespace executus::llm {
namespace {

class LaneModel final : public Model {
 public:
  LaneModel(std::shared_ptr<Model> model, std::shared_ptr<lane::Lane> lane)
      : model_(std::move(model)), lane_(std::move(lane)) {}

  // The call is made, but not begun before there is a place: so the request waits in one frame, not in two.
  Task<Response> generate(Request request, StreamObserver* observer) override {
    lane::JobLabel label{request.attribution ? request.attribution->user : "", 0};
    return lane_->submit_wait(std::move(label), model_->generate(std::move(request), observer));
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  std::shared_ptr<Model> model_;
  std::shared_ptr<lane::Lane> lane_;
};

}  // namespace

std::shared_ptr<Model> in_lane(std::shared_ptr<Model> model, std::shared_ptr<lane::Lane> lane) {
  return std::make_shared<LaneModel>(std::move(model), std::move(lane));
}

}  // namespace executus::llm
