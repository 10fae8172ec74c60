#include <utility>

#include <executus/async/blocking_pool.hpp>

namespace executus {

BlockingPool::~BlockingPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void BlockingPool::post(std::function<void()> work) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  if (idle_ >= queue_.size() || threads_.size() >= max_threads_)
    wake_.notify_one();
  else
    threads_.emplace_back([this] { this->work(); });
}

void BlockingPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    auto next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    next();
    next = nullptr;  // what it holds goes before the lock is taken
    lock.lock();
  }
}

}  // namespace executus
