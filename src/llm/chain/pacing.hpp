// The pace of all calls that share one account: requests and tokens a minute. Calls go in the order they came.
//
// Threads: every method from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>
#include <executus/llm/limits.hpp>

namespace executus::llm {

// The longest that a request is held back because the server wants that: its caller may have another model to ask.
inline constexpr Milliseconds kLongestHold{10'000};

// The code of the ModelError of a request that was not sent for that reason: the model did nothing wrong.
inline constexpr std::string_view kHeldBack = "model.held_back";

class Pace final {
 public:
  explicit Pace(const ModelLimits& limits);

  // Returns 0 when a request of about `tokens` may be sent, on the clock of the task's loop, which is the same for all.
  // While the server is to be left alone for longer than kLongestHold no task waits, nor do those in the line already:
  // it returns how long that will be. Such a task, and one that is cancelled, has used up nothing.
  [[nodiscard]] Task<Milliseconds> acquire(std::int64_t tokens);

  // A request that was let go for `estimated` tokens took `actual` ones.
  void correct(std::int64_t estimated, std::int64_t actual, MonoTime now);

  // The server wants to be left alone: nothing goes before then. A pause that ends later stays.
  void pause_until(MonoTime when);

  [[nodiscard]] bool counts_tokens() const noexcept { return counts_tokens_; }
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Line;
  const bool counts_tokens_;
  std::shared_ptr<Line> line_;  // shared with the waiting tasks and the timer, which may be on its way
};

}  // namespace executus::llm
