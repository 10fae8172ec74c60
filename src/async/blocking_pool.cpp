#include <utility>

#include <executus/async/blocking_pool.hpp>

namespace executus {

BlockingPool::~BlockingPool() {
  std::deque<std::shared_ptr<Work>> dropped;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
  }
  wake_.notify_all();
  for (auto& work : dropped) work->drop();
  for (auto& thread : threads_) thread.join();
}

void BlockingPool::Work::take_turn() noexcept {
  if (!permit_->begin()) return drop();
  begun.set();
  try {
    act();
  } catch (...) {
    fail(std::current_exception());
  }
  forget();
}

void BlockingPool::Work::drop() noexcept {
  fail(std::make_exception_ptr(Cancelled({Cause::shutdown, "no thread began the work"})));
  forget();
}

void BlockingPool::enqueue(std::shared_ptr<Work> work) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  if (idle_ >= queue_.size() || threads_.size() >= max_threads_)
    wake_.notify_one();
  else
    threads_.emplace_back([this] { serve(); });
}

void BlockingPool::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    auto next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    next->take_turn();
    next = nullptr;  // what the work holds is destroyed before the lock is taken
    lock.lock();
  }
}

}  // namespace executus
