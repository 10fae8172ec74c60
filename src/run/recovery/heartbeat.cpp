#include <condition_variable>
#include <mutex>
#include <thread>

#include <executus/run/recovery.hpp>

namespace executus {
namespace {

constexpr auto kInboxInterval = std::chrono::seconds(1);
constexpr int kInboxLooksPerBeat = 3;  // a lease of 15 s, a beat every 3 s

}  // namespace

class Heartbeat::Impl {
 public:
  Impl(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger)
      : loop_(loop), store_(store), executor_(executor), logger_(logger), thread_([this] { run(); }) {}

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (int tick = 1; !wake_.wait_for(lock, kInboxInterval, [this] { return stopping_; }); ++tick) {
      lock.unlock();
      attempt("renewing the lease", [this, tick] {
        if (tick % kInboxLooksPerBeat == 0) store_.heartbeat();
      });
      attempt("looking for commands", [this] {
        for (const auto& run : block_on(loop_, store_.owned_with_commands())) executor_.nudge(run);
      });
      lock.lock();
    }
  }

  // A store that is away only delays: the next beat tries again, and gated calls wait for the lease.
  template <class F>
  void attempt(const char* what, F work) {
    try {
      work();
    } catch (...) {
      logger_.log(LogLevel::warn, std::string(what) + " failed: " + current_error().message());
    }
  }

  Loop& loop_;
  journal::JournalStore& store_;
  Executor& executor_;
  Logger& logger_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

Heartbeat::Heartbeat(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger)
    : impl_(std::make_unique<Impl>(loop, store, executor, logger)) {}
Heartbeat::~Heartbeat() = default;

}  // namespace executus
