#include <condition_variable>
#include <mutex>
#include <thread>

#include <executus/async/timing.hpp>
#include <executus/run/recovery.hpp>

#include "base/contained.hpp"

namespace executus {
namespace {

// A store that is away only delays: the next beat tries again, and gated calls wait for the lease.
void beat(journal::JournalStore& store, Logger& logger) {
  contained(logger, LogLevel::warn, {"renewing the lease failed"}, [&] { store.heartbeat(); });
}

Task<void> look(journal::JournalStore& store, Executor& executor, Logger& logger) {
  try {
    for (const auto& run : co_await store.owned_with_commands()) executor.look_at_inbox(run);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    log_caught(logger, LogLevel::warn, {"looking for commands failed"});
  }
}

// True: it was not cancelled.
Task<bool> slept(Milliseconds interval) {
  try {
    co_await sleep_for(interval);
  } catch (const Cancelled&) {
    co_return false;
  }
  co_return true;
}

}  // namespace

Task<void> keep_beating(journal::JournalStore& store, Logger& logger, Milliseconds every) {
  while (co_await slept(every)) beat(store, logger);
}

Task<void> keep_looking(journal::JournalStore& store, Executor& executor, Logger& logger, Milliseconds every) {
  try {
    while (co_await slept(every)) co_await look(store, executor, logger);
  } catch (const Cancelled&) {
  }
}

class Heartbeat::Impl {
 public:
  Impl(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger, HeartbeatPace pace)
      : looking_(loop), beating_([this, &store, &logger, pace] { run(store, logger, pace.beat); }) {
    looking_.spawn(keep_looking(store, executor, logger, pace.look));
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    beating_.join();
  }

 private:
  void run(journal::JournalStore& store, Logger& logger, Milliseconds interval) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
      lock.unlock();
      beat(store, logger);
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  RootGroup looking_;
  std::thread beating_;  // on its own: whatever holds up the loop must not cost the lease
};

Heartbeat::Heartbeat(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger, HeartbeatPace pace)
    : impl_(std::make_unique<Impl>(loop, store, executor, logger, pace)) {}
Heartbeat::~Heartbeat() = default;

}  // namespace executus
