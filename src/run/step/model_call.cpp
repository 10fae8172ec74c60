#include "run/step/model_call.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/base/boxed.hpp>

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

llm::ModelError cannot_be_smaller(const llm::ModelError& refused) {
  return {refused.failure(), refused.code(),
          refused.message() +
              "; nothing is left in the conversation that could be left out (results of tools, images): "
              "shorten the prompt, or take a model with a larger context",
          refused.http_status()};
}

}  // namespace

Task<llm::Response> call_model(llm::Model& model, std::function<llm::Request()> request, llm::StreamObserver* observer,
                               std::function<void(std::string_view)> on_retry, Random& random,
                               std::function<Task<bool>(llm::ModelError)> make_smaller) {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  for (int failures = 1;; ++failures) {
    Milliseconds wait{0};
    Boxed<llm::ModelError> too_large;
    try {
      auto asked = model.generate(request(), observer);
      co_return co_await std::move(asked);
    } catch (const llm::ModelError& error) {
      if (observer) observer->on_reset();
      if (make_smaller && refused_for_size(error)) too_large = error;
      auto backoff = model_backoff(failures, error.retry_after());
      bool tried_enough = error.failure() == llm::Failure::permanent || failures == kModelTries || !backoff;
      if (!too_large && tried_enough) throw;
      if (!too_large) on_retry(error.message()), wait = with_jitter(*backoff, random);
    }
    if (!too_large) {
      co_await sleep_for(wait);
      continue;
    }
    if (!co_await make_smaller(*too_large)) throw cannot_be_smaller(*too_large);
    failures = 0;
  }
}

}  // namespace executus::run
