// A queue of jobs that run one at a time, in order, on a loop's threads. One strand per run: what lives on it needs no
// lock.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <executus/async/loop.hpp>

namespace executus {

// Shared: a wait that completes on another thread keeps its strand alive until the completion has been delivered.
class Strand final : public std::enable_shared_from_this<Strand> {
 public:
  [[nodiscard]] static std::shared_ptr<Strand> make(Loop& loop) { return std::shared_ptr<Strand>(new Strand(loop)); }
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  // Any thread. The first form allocates nothing; the job must live until it has run.
  void post(Job& job);
  void post(std::function<void()> work);

  [[nodiscard]] Loop& loop() const noexcept { return loop_; }

 private:
  explicit Strand(Loop& loop);
  void drain() noexcept;

  struct Drain : Job {
    Strand* strand = nullptr;
  };

  Loop& loop_;
  Drain drain_;
  std::shared_ptr<Strand> self_;  // set while drain_ is posted
  std::mutex mutex_;
  Job* head_ = nullptr;
  Job* tail_ = nullptr;
};

}  // namespace executus
