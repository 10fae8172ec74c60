// Erases ended runs of agents that say how long theirs are kept, beside a worker: some at a time, with rests.
#pragma once

#include <functional>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/run/erasing.hpp>
#include <executus/run/executor.hpp>
#include <executus/run/work.hpp>

namespace executus::run {

class Keeping final {
 public:
  struct Parts {
    Loop& loop;
    Executor& executor;
    journal::JournalStore& store;
    Logger& logger;
    std::function<std::vector<KeepRuns>()> rules;  // asked before each pass, on the strand of work(); null: none
  };
  explicit Keeping(Parts parts) : parts_(std::move(parts)) {}
  Keeping(const Keeping&) = delete;
  Keeping& operator=(const Keeping&) = delete;

  // Once: until it is stopped or cancelled. A pass that fails is logged, and the next one comes. Throws nothing.
  [[nodiscard]] Task<void> work();
  void stop();  // any thread

 private:
  Task<void> pass_until_cancelled();
  Task<bool> pass();
  Task<bool> apply(KeepRuns rule);

  const Parts parts_;
  const OneShot<> stop_;
};

}  // namespace executus::run
