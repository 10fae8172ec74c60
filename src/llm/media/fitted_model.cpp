#include "llm/media/fitted_model.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "llm/media/cached_codec.hpp"
#include "llm/media/module_codec.hpp"
#include "llm/media/normalise.hpp"

namespace executus::llm::media {
namespace {

// An image in work may take 400 MB (kMaxPixels), and all of a core.
constexpr unsigned kMostThreads = 4;
constexpr std::size_t kCachedBytes = std::size_t{64} << 20U;

// Errors are the task's: a caller need not expect them of the call that makes it.
Task<Response> refused(ModelError error) {
  throw ModelError(std::move(error));
  co_return Response{};
}

// Owns all it touches: the asking task may be destroyed before the job's turn.
class EncodingJob {
 public:
  EncodingJob(RequestPlan plan, Request request, std::shared_ptr<ImageCodec> codec)
      : plan_(std::move(plan)), request_(std::move(request)), codec_(std::move(codec)) {}

  Request operator()() { return apply(plan_, std::move(request_), *codec_); }

 private:
  RequestPlan plan_;
  Request request_;
  std::shared_ptr<ImageCodec> codec_;
};

class FittedModel final : public Model {
 public:
  FittedModel(std::shared_ptr<Model> model, EncodingWorks works) : model_(std::move(model)), works_(std::move(works)) {}

  Task<Response> generate(Request request, StreamObserver* observer) override {
    if (!has_images(request)) return model_->generate(std::move(request), observer);
    try {
      auto plan = plan_request(request, model_->target(), model_->capabilities());
      if (plan.needs_codec()) return encode_and_ask(std::move(plan), std::move(request), observer);
      if (!plan.empty()) request = apply(plan, std::move(request), *works_.codec);
    } catch (const ModelError& error) {
      return refused(error);
    }
    return model_->generate(std::move(request), observer);
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  // Keeps no copy of the request while it waits.
  Task<Response> encode_and_ask(RequestPlan plan, Request request, StreamObserver* observer) {
    EncodingJob job(std::move(plan), std::move(request), works_.codec);
    Request fit = co_await works_.pool->run(std::move(job));
    co_return co_await model_->generate(std::move(fit), observer);
  }

  std::shared_ptr<Model> model_;
  EncodingWorks works_;
};

}  // namespace

EncodingWorks make_encoding_works(const Environment& environment) {
  auto threads = std::clamp(std::thread::hardware_concurrency() / 2, 1U, kMostThreads);
  return {make_cached_codec(make_module_codec(module_places(environment)), kCachedBytes),
          std::make_shared<BlockingPool>(threads)};
}

std::shared_ptr<Model> fitted(std::shared_ptr<Model> model, EncodingWorks works) {
  return std::make_shared<FittedModel>(std::move(model), std::move(works));
}

}  // namespace executus::llm::media
