// Runs inside a program that has an event loop of its own, as Qt, GLib or a game has: one thread that must not block,
// and a way to post to it. Replies hand over by then(); all else stays on the program's thread.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/embed_loop/script.yaml example_embed_loop
#include <condition_variable>
#include <deque>
#include <functional>
#include <iostream>
#include <mutex>

#include <executus/executus.hpp>

using namespace executus;

// What stands in for the program's loop: QMetaObject::invokeMethod, g_idle_add, PostMessage, ...
class ProgramLoop {
 public:
  void post(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    more_.notify_one();
  }
  void quit() {
    post([this] { quits_ = true; });
  }
  void exec() {
    while (!quits_) next()();
  }

 private:
  std::function<void()> next() {
    std::unique_lock lock(mutex_);
    more_.wait(lock, [this] { return !work_.empty(); });
    auto work = std::move(work_.front());
    work_.pop_front();
    return work;
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> work_;
  bool quits_ = false;
};

// Calls `then` on the program's loop with what the reply came to.
template <class T, class F>
void on_loop(ProgramLoop& loop, Reply<T> reply, F then) {
  reply.then([&loop, then](Result<T> told) { loop.post([then, told] { then(told); }); });
}

int main() {
  ProgramLoop loop;  // before the runtime, whose replies are posted to it
  Runtime runtime;
  Agent agent{.name = "clerk", .system_prompt = "Answer in one sentence."};

  auto show = [&loop](const Result<RunOutcome>& outcome) {
    std::cout << (outcome.ok() ? outcome->output : outcome.error().message()) << "\n";
    loop.quit();
  };
  on_loop(loop, runtime.start(agent, "Are you busy?"), [&](const Result<RunHandle>& run) {
    if (run.ok()) return on_loop(loop, run->done(), show);
    std::cout << run.error().message() << "\n";
    loop.quit();
  });
  std::cout << "The window is open.\n";
  loop.exec();
}
