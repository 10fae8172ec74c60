#include "llm/telemetry/ledgered.hpp"

#include <utility>

#include <executus/async/loop.hpp>

#include "base/contained.hpp"

namespace executus::llm {
namespace {

class LedgeredModel final : public Model {
 public:
  LedgeredModel(std::shared_ptr<Model> model, LedgerPage page, const MetaOptions& options, Logger& logger)
      : model_(std::move(model)), page_(std::move(page)), options_(options), logger_(logger) {}

  Task<Response> generate(Request request, StreamObserver* observer) override {
    TaskContext context = co_await this_task();
    const Clock& clock = context.strand->loop().clock();
    MetaCall call = begin(clock.wall());
    const auto start = clock.mono();
    try {
      Response response = co_await model_->generate(std::move(request), observer);
      call.duration = since(start, clock);
      served(call, response);
      enter(call);
      co_return response;
    } catch (...) {
      call.error = current_error().code();
      call.duration = since(start, clock);
      enter(call);
      throw;
    }
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  static Milliseconds since(MonoTime start, const Clock& clock) {
    return std::chrono::duration_cast<Milliseconds>(clock.mono() - start);
  }

  MetaCall begin(WallTime now) {
    MetaCall call{page_.purpose, page_.tier, model_->target(), ++calls_, page_.attribution};
    call.started = now;
    return call;
  }

  void served(MetaCall& call, const Response& response) const noexcept {
    if (!response.target.empty()) call.target = response.target;
    call.usage = response.usage;
    contained("the cost", call, [&] {
      if (options_.cost) call.cost = options_.cost(call.target, call.usage, call.started);
    });
  }

  void enter(const MetaCall& call) const noexcept {
    contained("the ledger entry", call, [&] {
      if (options_.ledger) options_.ledger->record(call);
    });
  }

  template <class Act>
  void contained(const char* what, const MetaCall& call, Act act) const noexcept {
    executus::contained(logger_, LogLevel::error,
                        {what, " of a call to ", call.target, " for '", call.purpose, "' is lost"}, act);
  }

  std::shared_ptr<Model> model_;
  LedgerPage page_;
  const MetaOptions& options_;
  Logger& logger_;
  int calls_ = 0;
};

}  // namespace

std::shared_ptr<Model> ledgered(std::shared_ptr<Model> model, LedgerPage page, const MetaOptions& options,
                                Logger& logger) {
  return std::make_shared<LedgeredModel>(std::move(model), std::move(page), options, logger);
}

}  // namespace executus::llm
