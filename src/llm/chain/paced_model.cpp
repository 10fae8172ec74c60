#include "llm/chain/paced_model.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <executus/base/json.hpp>

namespace executus::llm {
namespace {

constexpr std::int64_t kImageTokens = 1'000;
constexpr int kAnswerTokens = 1'000;
constexpr std::size_t kBytesPerToken = 4;
constexpr Milliseconds kPauseWhenUnsaid{1'000};
constexpr Milliseconds kLongestPause{60'000};
constexpr int kTooManyRequests = 429;
constexpr int kFirstRefusal = 400;

struct RequestSize {
  std::size_t bytes = 0;
  std::int64_t images = 0;

  void operator()(const Text& text) { bytes += text.text.size(); }
  void operator()(const Image&) { ++images; }
  void operator()(const Opaque& opaque) { bytes += write_json(opaque.data).size(); }

  void add(const Message& message) {
    for (const auto& part : message.parts) std::visit(*this, part);
    for (const auto& call : message.tool_calls) bytes += call.name.size() + call.arguments.size();
    for (const auto& result : message.tool_results) {
      bytes += result.text.size();
      images += static_cast<std::int64_t>(result.images.size());
    }
  }
};

// What a refused request would have taken it did not take. A call that broke off may have taken all of it. The limits
// are of minutes, and shared: a server that wants a day without one model must not cost a day of all of them.
void correct_after_failure(Pace& pace, const ModelError& error, std::int64_t estimated, MonoTime now) {
  if (error.http_status() == kTooManyRequests && error.failure() != Failure::permanent)  // else no pause helps
    pace.pause_until(later(now, std::min(error.retry_after().value_or(kPauseWhenUnsaid), kLongestPause)));
  if (error.http_status() >= kFirstRefusal) pace.correct(estimated, 0, now);
}

ModelError held_back(const std::string& target, Milliseconds hold) {
  auto seconds = std::chrono::ceil<std::chrono::seconds>(hold).count();
  return {Failure::transient, std::string(kHeldBack),
          target + " was not asked: its server wants no request for another " + std::to_string(seconds) +
              " s; try again then, or raise the limits of the account",
          kTooManyRequests, hold};
}

Task<Response> paced_call(std::shared_ptr<Pace> pace, std::int64_t estimated, const Model& model, Task<Response> call) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto hold = co_await pace->acquire(estimated);
  if (hold.count() > 0) throw held_back(model.target(), hold);
  try {
    Response& response = co_await call;
    auto actual = response.usage.input + response.usage.output;
    if (actual > 0) pace->correct(estimated, actual, clock.mono());
    co_return std::move(response);
  } catch (const ModelError& error) {
    correct_after_failure(*pace, error, estimated, clock.mono());
    throw;
  }
}

class PacedModel final : public Model {
 public:
  PacedModel(std::shared_ptr<Model> model, std::shared_ptr<Pace> pace)
      : model_(std::move(model)), pace_(std::move(pace)) {}

  // The call is made, but not begun before it may be: so the request waits in one frame, not in two.
  Task<Response> generate(Request request, StreamObserver* observer) override {
    auto estimated = pace_->counts_tokens() ? estimated_tokens(request) : 0;
    return paced_call(pace_, estimated, *model_, model_->generate(std::move(request), observer));
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  std::shared_ptr<Model> model_;
  std::shared_ptr<Pace> pace_;
};

}  // namespace

std::shared_ptr<Model> paced(std::shared_ptr<Model> model, std::shared_ptr<Pace> pace) {
  return std::make_shared<PacedModel>(std::move(model), std::move(pace));
}

std::int64_t estimated_input(const Request& request) {
  RequestSize size;
  size.bytes = request.system.size();
  for (const auto& message : request.messages) size.add(message);
  for (const auto& tool : request.tools) {
    size.bytes += tool.name.size() + tool.description.size() + write_json(tool.parameters).size();
  }
  return static_cast<std::int64_t>(size.bytes / kBytesPerToken) + kImageTokens * size.images;
}

std::int64_t estimated_tokens(const Request& request) {
  return estimated_input(request) + std::min(request.max_output_tokens.value_or(kAnswerTokens), kAnswerTokens);
}

}  // namespace executus::llm
