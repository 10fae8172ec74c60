#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/run/recovery.hpp>

#include "base/contained.hpp"

namespace executus {
namespace {

// What fails again and again, such as a store that is away: logged when it begins, and when it fails in another way,
// but not every time.
class Trouble final {
 public:
  Trouble(Logger& logger, std::string_view what) : logger_(logger), what_(what) {}

  // In a catch block.
  void caught() {
    std::string message = current_error().message();
    if (message == logged_) return;
    log_caught(logger_, LogLevel::warn, {what_});
    logged_ = std::move(message);
  }
  void over() { logged_.reset(); }

 private:
  Logger& logger_;
  const std::string_view what_;
  std::optional<std::string> logged_;
};

constexpr std::string_view kNotRenewed = "renewing the lease failed";
constexpr std::string_view kNotLooked = "looking for commands failed";

// A store that is away only delays: the next beat tries again, and gated calls wait for the lease.
void beat(journal::JournalStore& store, Trouble& trouble) {
  try {
    store.heartbeat();
    trouble.over();
  } catch (...) {
    trouble.caught();
  }
}

Task<void> look(journal::JournalStore& store, Executor& executor, Trouble& trouble) {
  try {
    for (const auto& run : co_await store.owned_with_commands()) executor.look_at_inbox(run);
    trouble.over();
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    trouble.caught();
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
  Trouble trouble(logger, kNotRenewed);
  while (co_await slept(every)) beat(store, trouble);
}

Task<void> keep_looking(journal::JournalStore& store, Executor& executor, Logger& logger, Milliseconds every) {
  Trouble trouble(logger, kNotLooked);
  try {
    while (co_await slept(every)) co_await look(store, executor, trouble);
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
    Trouble trouble(logger, kNotRenewed);
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
      lock.unlock();
      beat(store, trouble);
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
