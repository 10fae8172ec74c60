#include "run/model_call.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <executus/async/timing.hpp>

namespace executus::run {

Milliseconds model_backoff(int failures, std::optional<Milliseconds> retry_after) {
  if (retry_after) return std::clamp(*retry_after, Milliseconds(0), Milliseconds(60'000));
  return Milliseconds(1'000) * (1 << std::clamp(failures - 1, 0, 5));
}

Task<llm::Response> call_model(llm::Model& model, std::function<llm::Request()> request, llm::StreamObserver* observer,
                               std::function<void(std::string_view)> on_retry) {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  for (int failures = 1;; ++failures) {
    std::optional<llm::ModelError> problem;
    try {
      auto asked = model.generate(request(), observer);
      co_return co_await std::move(asked);
    } catch (const llm::ModelError& error) {
      problem = error;
    }
    if (observer) observer->on_reset();
    if (problem->failure() == llm::Failure::permanent || failures == kModelTries) throw *problem;
    on_retry(problem->message());
    co_await sleep_for(model_backoff(failures, problem->retry_after()));
  }
}

}  // namespace executus::run
