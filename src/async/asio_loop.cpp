#include "async/asio_loop.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace executus {
namespace {

thread_local const AsioLoop* loop_of_this_thread = nullptr;

}  // namespace

AsioLoop::AsioLoop(unsigned threads)
    : io_(static_cast<int>(std::max(1u, threads))), busy_(io_.get_executor()), alarm_(io_) {
  for (unsigned i = 0; i < std::max(1u, threads); ++i) threads_.emplace_back([this] { work(); });
}

void AsioLoop::work() {
  loop_of_this_thread = this;
  io_.run();
}

bool AsioLoop::runs_here() const noexcept { return loop_of_this_thread == this; }

// Posted jobs still run: a strand that is not drained would keep itself alive for ever. Timers are dropped.
AsioLoop::~AsioLoop() {  // NOLINT(bugprone-exception-escape): cancelling a timer of a living io_context does not fail
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
    alarm_.cancel();
  }
  busy_.reset();
  for (auto& thread : threads_) thread.join();
}

void AsioLoop::post(Job& job) {
  boost::asio::post(io_, [&job] { job.run(&job); });
}

TimerId AsioLoop::call_at(MonoTime when, std::function<void()> callback) {
  std::lock_guard lock(mutex_);
  TimerId id = timers_.add(when, std::move(callback));
  arm();
  return id;
}

void AsioLoop::cancel_timer(TimerId id) {
  std::function<void()> dropped;
  std::lock_guard lock(mutex_);
  dropped = timers_.remove(id);
}

// An alarm that is too early is harmless (it finds nothing due), so removing a timer never re-arms.
void AsioLoop::arm() {
  auto earliest = timers_.earliest();
  if (closing_ || !earliest || (armed_for_ && *armed_for_ <= *earliest)) return;
  armed_for_ = earliest;
  alarm_.expires_at(*earliest);
  alarm_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire_due();
  });
}

void AsioLoop::fire_due() {
  std::unique_lock lock(mutex_);
  armed_for_.reset();
  while (auto callback = timers_.take_due(clock().mono())) {
    lock.unlock();
    callback();
    callback = nullptr;
    lock.lock();
  }
  arm();
}

std::unique_ptr<Loop> make_loop(unsigned threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  return std::make_unique<AsioLoop>(threads);
}

}  // namespace executus
