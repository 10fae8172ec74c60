#include <coroutine>
#include <utility>

#include <executus/async/root_group.hpp>

namespace executus {

// Everything a root task needs while it lives: its strand, its scope, and the frame that drives it.
struct RootHandle::Root : std::enable_shared_from_this<Root> {
  struct Driver {
    struct promise_type {
      TaskContext context;
      Driver get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
      std::suspend_always initial_suspend() const noexcept { return {}; }
      std::suspend_never final_suspend() const noexcept { return {}; }
      void unhandled_exception() const noexcept { std::terminate(); }
      void return_void() const noexcept {}
    };
    std::coroutine_handle<promise_type> handle;
  };

  Root(RootGroup& g, std::shared_ptr<Strand> s) : group(g), strand(std::move(s)) {}

  // Keeps the root alive until the group has forgotten it: the strand must outlive the frame that runs on it.
  static Driver drive(std::shared_ptr<Root> root, Task<void> task) {
    {
      auto whole = std::move(task);  // destroyed before the root ends: after join() its services may be destroyed
      co_await std::move(whole);
    }
    root->group.ended(*root);
  }

  RootGroup& group;
  std::shared_ptr<Strand> strand;
  CancelScope scope;
  std::list<std::shared_ptr<Root>>::iterator place;
};

void RootHandle::cancel(Cancellation why) const {
  if (auto root = root_.lock()) root->strand->post([root, why = std::move(why)] { root->scope.cancel(why); });
}

RootGroup::~RootGroup() {
  cancel_all({Cause::shutdown, "the program is ending"});
  join();
}

RootHandle RootGroup::spawn(Task<void> task) {
  auto root = std::make_shared<RootHandle::Root>(*this, Strand::make(loop_));
  {
    std::lock_guard lock(mutex_);
    root->place = roots_.insert(roots_.end(), root);
    if (cancelled_) root->scope.cancel(*cancelled_);  // its strand does not run yet
  }
  auto driver = RootHandle::Root::drive(root, std::move(task));
  driver.handle.promise().context = {root->strand.get(), &root->scope};
  root->strand->post([handle = driver.handle] { handle.resume(); });
  RootHandle handle;
  handle.root_ = root;
  return handle;
}

void RootGroup::cancel_all(const Cancellation& why) {
  std::lock_guard lock(mutex_);
  if (!cancelled_) cancelled_ = why;
  for (auto& root : roots_) root->strand->post([root, why] { root->scope.cancel(why); });
}

void RootGroup::join() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return roots_.empty(); });
}

void RootGroup::ended(RootHandle::Root& root) noexcept {
  std::lock_guard lock(mutex_);
  roots_.erase(root.place);
  if (roots_.empty()) idle_.notify_all();
}

}  // namespace executus
