// One model call with its retries: transient failures are tried again with growing waits (with some jitter, since many
// runs may fail at once), a provider's Retry-After is honoured, text that was shown is taken back.
#pragma once

#include <functional>
#include <string_view>

#include <executus/async/cancel.hpp>
#include <executus/base/random.hpp>
#include <executus/llm/model.hpp>

namespace executus::run {

inline constexpr int kModelTries = 3;

// A provider that wants to be left alone for longer is not waited for here: the run parks, or ends, by its policy.
inline constexpr Milliseconds kLongestModelWait{5 * 60 * 1'000};

using OnRetry = std::function<void(std::string_view why)>;
using MakeSmaller = std::function<Task<bool>(llm::ModelError refused)>;

// Throws the last ModelError, and Cancelled before it asks when the scope is cancelled already. `on_retry` is told why
// before each wait. Model and observer outlive the call. `request` makes the same request for each try: so that one
// request is held while an answer is waited for. `make_smaller` (may be empty) is asked when the model refused the
// request for its size; true: `request` makes a smaller one now.
[[nodiscard]] Task<llm::Response> call_model(llm::Model& model, std::function<llm::Request()> request,
                                             llm::StreamObserver* observer, OnRetry on_retry, Random& random,
                                             MakeSmaller make_smaller = {});

// What `observer` (may be null) was shown of a response is dropped, by what is being handled: the response may be asked
// for again, here or where the run goes on. Not when a caller, a deadline or a kill stops the run. In a catch block.
void reset_shown(llm::StreamObserver* observer, const CancelScope& scope);

// How long to wait at least after the `failures`-th failure in a row; up to a quarter is added. Nothing: too long.
[[nodiscard]] std::optional<Milliseconds> model_backoff(int failures, std::optional<Milliseconds> retry_after);

}  // namespace executus::run
