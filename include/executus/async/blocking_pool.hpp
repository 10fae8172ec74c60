// A bounded pool of threads for work that blocks (files, DNS, blocking tools), so that loop threads never do.
//
// Work that waits for a thread is withdrawn when the task that awaits it is cancelled or destroyed: it never begins.
// Work that a thread has begun runs to its end, and its result is dropped then; so it must own all it touches.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/async/start_permit.hpp>
#include <executus/async/timing.hpp>

namespace executus {

class BlockingPool final {
 public:
  explicit BlockingPool(unsigned max_threads = 8) : max_threads_(max_threads) {}
  ~BlockingPool();  // begins nothing more, joins what runs; tasks that still wait end with Cancelled{shutdown}
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `function` on the pool; the task gets its result or exception. Threads are started as needed, up to the bound;
  // beyond it work waits in order. The thread asks `permit` first, which the caller may look at and withdraw.
  template <class F, class R = std::invoke_result_t<F&>>
  [[nodiscard]] Task<R> run(F function, std::shared_ptr<StartPermit> permit = std::make_shared<StartPermit>()) {
    TaskContext context = co_await this_task();
    WithdrawOnCancel given_up(*context.scope, permit);
    auto work = std::make_shared<WorkOf<F, R>>(std::move(function), std::move(permit));
    enqueue(work);
    co_return co_await result_of(std::move(work));
  }

  // The same, and the task ends with Cancelled{deadline} when `limit` has passed since a thread began the work.
  template <class F, class R = std::invoke_result_t<F&>>
  [[nodiscard]] Task<R> run_within(Milliseconds limit, F function, std::shared_ptr<StartPermit> permit) {
    TaskContext context = co_await this_task();
    WithdrawOnCancel given_up(*context.scope, permit);
    auto work = std::make_shared<WorkOf<F, R>>(std::move(function), std::move(permit));
    enqueue(work);
    co_await work->begun.wait();
    MonoTime end = later(context.strand->loop().clock().mono(), limit);
    std::string what = "time limit";
    co_return co_await with_deadline(end, result_of(std::move(work)), std::move(what));
  }

 private:
  class Work {
   public:
    explicit Work(std::shared_ptr<StartPermit> permit) : permit_(std::move(permit)) {}
    virtual ~Work() = default;
    void take_turn() noexcept;  // on a thread of the pool
    void drop() noexcept;       // its turn does not come
    OneShot<> begun;

   private:
    virtual void act() = 0;
    virtual void fail(std::exception_ptr error) = 0;
    virtual void forget() = 0;
    const std::shared_ptr<StartPermit> permit_;
  };

  template <class F, class R>
  class WorkOf final : public Work {
   public:
    using Value = std::conditional_t<std::is_void_v<R>, Nothing, R>;
    WorkOf(F function, std::shared_ptr<StartPermit> permit) : Work(std::move(permit)), function_(std::move(function)) {}
    OneShot<Value> done;

   private:
    void act() override {
      if constexpr (std::is_void_v<R>) {
        (*function_)();
        done.set();
      } else {
        done.set((*function_)());
      }
    }
    void fail(std::exception_ptr error) override {
      begun.fail(error);
      done.fail(std::move(error));
    }
    void forget() override { function_.reset(); }
    std::optional<F> function_;
  };

  template <class F, class R>
  static Task<R> result_of(std::shared_ptr<WorkOf<F, R>> work) {
    if constexpr (std::is_void_v<R>)
      co_await work->done.wait();
    else
      co_return co_await work->done.wait();
  }

  void enqueue(std::shared_ptr<Work> work);
  void serve();

  const unsigned max_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Work>> queue_;
  std::vector<std::thread> threads_;
  unsigned idle_ = 0;
  bool stopping_ = false;
};

}  // namespace executus
