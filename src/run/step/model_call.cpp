#include "run/step/model_call.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/base/boxed.hpp>

#include "run/calls/grace.hpp"
#include "run/record/backoff.hpp"

namespace executus::run {

std::optional<Milliseconds> model_backoff(int failures, std::optional<Milliseconds> retry_after) {
  if (!retry_after) return doubled(Milliseconds(1'000), failures, Milliseconds(32'000));
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

// Not inlined, like what follows: the compiler would make room for it in the frame of a run that waits for its model.
[[gnu::noinline]] Task<llm::Response> ask(llm::Model& model, const std::function<llm::Request()>& request,
                                          llm::StreamObserver* observer) {
  return model.generate(request(), observer);
}

[[gnu::noinline]] Boxed<llm::ModelError> kept(const llm::ModelError& error) { return error; }

// Whether the request is a smaller one now, since it was refused for what is in it. Throws when it cannot be.
[[gnu::noinline]] Task<bool> made_smaller(const llm::ModelError& failed, const MakeSmaller& make_smaller) {
  if (!make_smaller || !less_may_do(failed)) co_return false;
  if (!co_await make_smaller(failed)) throw cannot_be_smaller(failed);
  co_return true;
}

// Throws `failed` when the call is not to be tried again.
[[gnu::noinline]] Task<void> wait_after(int failures, const llm::ModelError& failed, const OnRetry& on_retry,
                                        Random& random) {
  auto backoff = model_backoff(failures, failed.retry_after());
  if (failed.failure() == llm::Failure::permanent || failures == kModelTries || !backoff) throw failed;
  on_retry(failed.message());
  co_await sleep_for(with_jitter(*backoff, random));
}

// Why the run stops, when it does. Inside a catch block.
std::optional<Cause> cause_of_stop(const CancelScope& scope) {
  try {
    throw;
  } catch (const Cancelled& cancelled) {
    return cancelled.cause();
  } catch (...) {
    if (!scope.why()) return std::nullopt;
    return scope.why()->cause;
  }
}

}  // namespace

[[gnu::noinline]] void reset_shown(llm::StreamObserver* observer, const CancelScope& scope) {
  auto cause = cause_of_stop(scope);
  bool goes_on = !cause || *cause == Cause::shutdown || *cause == Cause::ownership_lost;
  if (observer && goes_on) observer->on_reset();
}

Task<llm::Response> call_model(llm::Model& model, std::function<llm::Request()> request, llm::StreamObserver* observer,
                               OnRetry on_retry, Random& random, MakeSmaller make_smaller) {
  TaskContext context = co_await this_task();
  for (int failures = 1;; ++failures) {
    context.scope->throw_if_cancelled();
    Boxed<llm::ModelError> failed;
    try {
      GraceScope grace(*context.scope);
      auto asked = ask(model, request, observer).in({context.strand, &grace.scope()});
      co_return std::move(co_await asked);
    } catch (const llm::ModelError& error) {
      failed = kept(error);
    } catch (...) {
      reset_shown(observer, *context.scope);
      throw;
    }
    if (observer) observer->on_reset();
    if (co_await made_smaller(*failed, make_smaller))
      failures = 0;
    else
      co_await wait_after(failures, *failed, on_retry, random);
  }
}

}  // namespace executus::run
