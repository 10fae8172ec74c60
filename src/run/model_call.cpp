#include "run/model_call.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <executus/async/timing.hpp>

namespace executus::run {

std::optional<Milliseconds> model_backoff(int failures, std::optional<Milliseconds> retry_after) {
  if (!retry_after) return Milliseconds(1'000) * (1 << std::clamp(failures - 1, 0, 5));
  if (*retry_after > kLongestModelWait) return std::nullopt;
  return std::max(*retry_after, Milliseconds(0));
}

namespace {

Milliseconds with_jitter(Milliseconds wait, Random& random) {
  return wait + Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(wait.count()) * random.unit() / 4));
}

}  // namespace

Task<llm::Response> call_model(llm::Model& model, std::function<llm::Request()> request, llm::StreamObserver* observer,
                               std::function<void(std::string_view)> on_retry, Random& random) {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  for (int failures = 1;; ++failures) {
    Milliseconds wait;
    try {
      auto asked = model.generate(request(), observer);
      co_return co_await std::move(asked);
    } catch (const llm::ModelError& error) {
      if (observer) observer->on_reset();
      auto backoff = model_backoff(failures, error.retry_after());
      if (error.failure() == llm::Failure::permanent || failures == kModelTries || !backoff) throw;
      on_retry(error.message());
      wait = with_jitter(*backoff, random);
    }
    co_await sleep_for(wait);
  }
}

}  // namespace executus::run
