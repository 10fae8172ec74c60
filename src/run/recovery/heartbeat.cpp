#include <condition_variable>
#include <mutex>
#include <thread>

#include <executus/run/recovery.hpp>

#include "base/contained.hpp"

namespace executus {

class Heartbeat::Impl {
 public:
  Impl(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger, HeartbeatPace pace)
      : logger_(logger),
        beating_([this, &store, pace] { every(pace.beat, "renewing the lease", [&store] { store.heartbeat(); }); }),
        looking_([this, &loop, &store, &executor, pace] {
          every(pace.look, "looking for commands", [&] {
            for (const auto& run : block_on(loop, store.owned_with_commands())) executor.look_at_inbox(run);
          });
        }) {}

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    beating_.join();
    looking_.join();
  }

 private:
  // A store that is away only delays: the next beat tries again, and gated calls wait for the lease.
  template <class F>
  void every(Milliseconds interval, const char* what, F work) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
      lock.unlock();
      contained(logger_, LogLevel::warn, {what, " failed"}, work);
      lock.lock();
    }
  }

  Logger& logger_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread beating_;  // on its own: whatever holds up the loop must not cost the lease
  std::thread looking_;
};

Heartbeat::Heartbeat(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger, HeartbeatPace pace)
    : impl_(std::make_unique<Impl>(loop, store, executor, logger, pace)) {}
Heartbeat::~Heartbeat() = default;

}  // namespace executus
