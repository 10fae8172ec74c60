// The runs of a store that are due, as a worker's looks find them. There may be many that it cannot drive: a look at
// many is followed by looks at what has changed since, which cost little, and now and then at all of them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <executus/journal/store.hpp>

namespace executus::run {

inline constexpr std::size_t kManyIdle = 64;
inline constexpr Milliseconds kLookAtAll{60'000};  // at the latest so long after the last time
inline constexpr std::size_t kMostTold = 4'096;    // to end, that a look asks for
// What was written when a look began may become visible after it.
inline constexpr Milliseconds kOverlap{2'000};

class DueRuns final {
 public:
  // `agents`: sorted, each once; empty: any. `page`: runs that a look asks for at first.
  DueRuns(journal::JournalStore& store, const Clock& clock, std::vector<std::string> agents, std::size_t page)
      : store_(store), clock_(clock), agents_(std::move(agents)), page_(page) {}

  // Oldest first, those that are `wanted`. Those at the head of the store may all have to wait: while what was found is
  // not `enough`, more is asked for. Throws Error store.*, and Cancelled.
  using Rows = std::vector<journal::RunRow>;
  [[nodiscard]] Task<Rows> look(std::function<bool(const journal::RunRow&)> wanted,
                                std::function<bool(const Rows&)> enough);
  // Of runs that no worker drives, those whose inbox holds a cancel command. Likewise.
  [[nodiscard]] Task<Rows> told_to_end();

  [[nodiscard]] bool more() const noexcept { return more_; }      // the store may have others than these
  [[nodiscard]] bool any() const noexcept { return found_ > 0; }  // the last look found some, wanted or not

  void changed() noexcept { more_ = true; }        // something was written
  void nothing_more() noexcept { more_ = false; }  // what there is cannot be asked for now
  // The next look: since some of what was found waits still, or may have become possible.
  void look_at_all() noexcept { settled_at_.reset(); }

 private:
  Task<Rows> rows(std::size_t limit, journal::RunFilter filter);
  Task<bool> are_limited();
  [[nodiscard]] bool looks_at_all() const;

  journal::JournalStore& store_;
  const Clock& clock_;
  const std::vector<std::string> agents_;
  const std::size_t page_;
  bool more_ = false;
  std::size_t found_ = 0;
  std::optional<WallTime> settled_at_;  // set: what was due then was found
  MonoTime looked_at_all_ = MonoTime::min();
  WallTime calendar_ = WallTime::min();  // at the last look
};

}  // namespace executus::run
