// The shipped Loop: an io_context on a few threads. net/ reaches the io_context through it; nothing else should.
#pragma once

#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <executus/async/loop.hpp>

#include "async/timer_queue.hpp"

namespace executus {

class AsioLoop final : public Loop {
 public:
  explicit AsioLoop(unsigned threads);
  ~AsioLoop() override;

  void post(Job& job) override;
  TimerId call_at(MonoTime when, std::function<void()> callback) override;
  void cancel_timer(TimerId id) override;
  [[nodiscard]] const Clock& clock() const override { return system_clock(); }
  [[nodiscard]] bool runs_here() const noexcept override;

  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }

 private:
  void work();
  void arm();  // mutex_ is held
  void fire_due();

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_;
  std::mutex mutex_;
  TimerQueue timers_;
  boost::asio::steady_timer alarm_;
  std::optional<MonoTime> armed_for_;
  bool closing_ = false;  // no timer is waited for any more
  std::vector<std::thread> threads_;
};

}  // namespace executus
