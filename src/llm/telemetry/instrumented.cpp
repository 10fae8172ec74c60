#include "llm/telemetry/instrumented.hpp"

#include <exception>
#include <string>
#include <utility>

#include <executus/async/loop.hpp>

#include "base/contained.hpp"

namespace executus::llm {
namespace {

std::string span_id(Random& random) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id(16, '0');
  auto bits = random.next();
  for (auto& digit : id) {
    digit = digits[bits & 15];
    bits >>= 4;
  }
  return id;
}

Milliseconds between(MonoTime start, MonoTime end) { return std::chrono::duration_cast<Milliseconds>(end - start); }

// One call while it runs. Apart from its coroutine, so that a call that waits holds little.
class RecordedCall final {
 public:
  RecordedCall(Instruments to, std::string asked, SharedAttribution attribution)
      : to_(to), asked_(std::move(asked)), attribution_(std::move(attribution)) {}

  void trace(const Request& request) {
    span_ = std::make_unique<Span>();
    span_->trace_id = attribution_->trace_id;
    span_->id = span_id(to_.random ? *to_.random : system_random());
    span_->attribution = *attribution_;
    span_->system = request.system;
    span_->messages = request.messages;
    span_->tools = request.tools;
  }

  void started(const Clock& clock) {
    wall_ = clock.wall();
    mono_ = clock.mono();
  }

  void served(const Response& response, const Clock& clock) noexcept {
    contained("a usage record", [&] {
      auto record = record_of(response, clock);
      if (span_) span_->cost = record.cost;
      if (to_.usage) to_.usage->record(record);
    });
    contained("a span", [&] {
      if (!span_) return;
      span_->response = response;
      finish(target_of(response), clock);
    });
  }

  // Inside a catch block.
  void failed(const Clock& clock) noexcept {
    contained("a span", [&, error = current_error()] {
      if (!span_) return;
      span_->error = error;
      finish(asked_, clock);
    });
  }

 private:
  [[nodiscard]] const std::string& target_of(const Response& response) const {
    return response.target.empty() ? asked_ : response.target;
  }

  [[nodiscard]] UsageRecord record_of(const Response& response, const Clock& clock) const {
    UsageRecord record;
    record.target = target_of(response);
    if (attribution_) record.attribution = *attribution_;
    record.usage = response.usage;
    if (to_.prices) record.cost = to_.prices->cost(record.target, record.usage, wall_);
    record.started = wall_;
    record.duration = between(mono_, clock.mono());
    return record;
  }

  void finish(const std::string& target, const Clock& clock) {
    span_->target = target;
    span_->started = wall_;
    span_->ended = wall_ + between(mono_, clock.mono());  // the wall clock may have jumped
    to_.traces->record(*span_);
  }

  template <class Act>
  void contained(const char* what, Act act) noexcept {
    auto& logger = to_.logger ? *to_.logger : null_logger();
    executus::contained(logger, LogLevel::warn, {what, " of a call to ", asked_, " is lost, its sink threw"}, act);
  }

  Instruments to_;
  std::string asked_;
  SharedAttribution attribution_;  // null: none
  std::unique_ptr<Span> span_;     // null: not traced
  WallTime wall_;
  MonoTime mono_;
};

// The answer stays in the inner task: no room for it here while it is waited for.
Task<Response> recorded_call(Task<Response> asked, std::unique_ptr<RecordedCall> call) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  call->started(clock);
  try {
    Response& response = co_await asked;
    call->served(response, clock);
    co_return std::move(response);
  } catch (...) {
    call->failed(clock);
    throw;
  }
}

class InstrumentedModel final : public Model {
 public:
  InstrumentedModel(std::shared_ptr<Model> model, Instruments instruments)
      : model_(std::move(model)), to_(instruments) {}

  Task<Response> generate(Request request, StreamObserver* observer) override {
    bool traced = to_.traces && request.attribution && !request.attribution->trace_id.empty();
    if (!traced && !to_.usage) return model_->generate(std::move(request), observer);
    auto call = std::make_unique<RecordedCall>(to_, model_->target(), request.attribution);
    if (traced) call->trace(request);
    return recorded_call(model_->generate(std::move(request), observer), std::move(call));
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  std::shared_ptr<Model> model_;
  Instruments to_;
};

}  // namespace

std::shared_ptr<Model> instrumented(std::shared_ptr<Model> model, Instruments instruments) {
  if (!instruments.usage && !instruments.traces) return model;
  return std::make_shared<InstrumentedModel>(std::move(model), instruments);
}

}  // namespace executus::llm
