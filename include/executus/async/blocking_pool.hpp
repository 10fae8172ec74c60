// A bounded pool of threads for work that blocks (files, DNS, blocking tools), so that loop threads never do.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>

namespace executus {

class BlockingPool final {
 public:
  explicit BlockingPool(unsigned max_threads = 8) : max_threads_(max_threads) {}
  ~BlockingPool();  // finishes what was queued, then joins
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Any thread. Threads are started as needed, up to the bound; beyond it work waits in order.
  void post(std::function<void()> work);

  // Runs `function` on the pool; the task gets its result or exception. When the waiting task is cancelled the function
  // still runs to its end and its result is dropped: it must own all it touches.
  template <class F, class R = std::invoke_result_t<F&>>
  [[nodiscard]] Task<R> run(F function) {
    if constexpr (std::is_void_v<R>) {
      OneShot<> done;
      post(completing(std::move(function), done));
      co_await done.wait();
    } else {
      OneShot<R> done;
      post(completing(std::move(function), done));
      co_return co_await done.wait();
    }
  }

 private:
  template <class F, class R>
  static std::function<void()> completing(F function, OneShot<R> done) {
    return [function = std::move(function), done]() mutable {
      try {
        if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
          function();
          done.set();
        } else {
          done.set(function());
        }
      } catch (...) {
        done.fail(std::current_exception());
      }
    };
  }
  void work();

  const unsigned max_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  unsigned idle_ = 0;
  bool stopping_ = false;
};

}  // namespace executus
