// Provisional events of one run that one reader has not read yet, each with its place among the run's entries. Runs add
// to it, on their strands; the reader takes from it, on its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include <executus/async/one_shot.hpp>
#include <executus/runtime/events.hpp>

namespace executus {

class Unread final {
 public:
  Unread(RunId run, std::size_t most) : run_(std::move(run)), most_(most) {}

  [[nodiscard]] const RunId& run() const noexcept { return run_; }

  // --- the run's side

  // Follows entry `after`. What is over by then (see passed()) is dropped: it comes from a process that lost the run.
  void add_at(std::uint64_t after, Event::What what);
  // Follows the newest entry that is durable here.
  void add(Event::What what);
  void durable(std::uint64_t seq);  // that entry is, and those before it

  // --- the reader's side

  // Where the run stood when the reader came: for events before the first durable() here.
  void stood_at(std::uint64_t seq);
  // The oldest, when it belongs before entry `read` + 1. The reader has read the entries up to `read`.
  [[nodiscard]] std::optional<Event::What> take(std::uint64_t read);
  // The reader has read a response, or that a process took the run up: what is shown of a response from here on
  // follows entry `seq`, or a later one.
  void passed(std::uint64_t seq);
  [[nodiscard]] std::uint64_t newest_durable() const;  // as far as was told

  // changes(): how often something was added. changed_since(): is set as soon as that is more than `seen`, or at
  // close().
  [[nodiscard]] std::uint64_t changes() const;
  [[nodiscard]] OneShot<> changed_since(std::uint64_t seen);
  void close();
  [[nodiscard]] bool closed() const;

 private:
  struct Placed {
    std::optional<std::uint64_t> after;  // nothing: after what was durable when it was told, which is not known yet
    Event::What what;
  };
  void push(std::optional<std::uint64_t> after, Event::What what);
  void place_all(std::uint64_t after);
  void wake();

  const RunId run_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::deque<Placed> events_;
  std::size_t lost_ = 0;
  std::optional<std::uint64_t> lost_after_;  // place of the last one that was lost
  std::optional<std::uint64_t> durable_;
  std::uint64_t passed_ = 0;
  std::uint64_t changes_ = 0;
  std::optional<OneShot<>> waiter_;
  bool closed_ = false;
};

}  // namespace executus
