// Where tasks begin: tasks that are not awaited by another one, each on a strand of its own. The owner joins them
// before it dies; nothing is detached.
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <executus/async/task.hpp>
#include <executus/base/result.hpp>

namespace executus {

class RootGroup;

// A started root task: a way to cancel it. Copyable; outliving the task is harmless.
class RootHandle {
 public:
  void cancel(Cancellation why) const;  // any thread

 private:
  friend class RootGroup;
  struct Root;
  std::weak_ptr<Root> root_;
};

class RootGroup final {
 public:
  explicit RootGroup(Loop& loop) : loop_(loop) {}
  ~RootGroup();  // cancels (shutdown) and joins
  RootGroup(const RootGroup&) = delete;
  RootGroup& operator=(const RootGroup&) = delete;

  // Starts `task` on a fresh strand; after cancel_all(), cancelled from its first line on. Any thread. A task that
  // throws ends the program: catch inside.
  RootHandle spawn(Task<void> task);

  // Cancels the tasks of this group, also those that are spawned later: the first cause stays. Any thread.
  void cancel_all(const Cancellation& why);
  void join();  // blocks until all have ended; never from a loop thread
  [[nodiscard]] Loop& loop() const noexcept { return loop_; }

 private:
  friend class RootHandle;
  void ended(RootHandle::Root& root) noexcept;

  Loop& loop_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::optional<Cancellation> cancelled_;
  std::list<std::shared_ptr<RootHandle::Root>> roots_;
};

// Runs `task` and blocks this thread until it has ended: its value, or its exception. Never from a loop thread.
template <class T>
T block_on(Loop& loop, Task<T> task);

namespace detail {
template <class T>
Task<void> fulfil(Task<T> task, std::promise<T>& promise) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      promise.set_value();
    } else {
      promise.set_value(co_await std::move(task));
    }
  } catch (...) {
    promise.set_exception(std::current_exception());
  }
}
}  // namespace detail

template <class T>
T block_on(Loop& loop, Task<T> task) {
  std::promise<T> promise;
  RootGroup group(loop);
  group.spawn(detail::fulfil(std::move(task), promise));
  group.join();
  return promise.get_future().get();
}

}  // namespace executus
