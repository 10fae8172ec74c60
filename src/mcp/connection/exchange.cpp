#include "mcp/connection/exchange.hpp"

#include <utility>

namespace executus::mcp {

void Mailbox::put(Heard heard) {
  std::optional<OneShot<>> waiting;
  {
    std::lock_guard lock(mutex_);
    if (over_) return;
    over_ = heard.index() < 2;
    heard_.push_back(std::move(heard));
    waiting = std::exchange(waiting_, std::nullopt);
  }
  if (waiting) waiting->set();
}

Task<Heard> Mailbox::next(std::shared_ptr<Mailbox> mailbox) {
  for (;;) {
    OneShot<> come;
    {
      std::lock_guard lock(mailbox->mutex_);
      if (!mailbox->heard_.empty()) {
        Heard first = std::move(mailbox->heard_.front());
        mailbox->heard_.pop_front();
        co_return first;
      }
      mailbox->waiting_ = come;
    }
    co_await come.wait();
  }
}

bool Mailbox::is_over() const {
  std::lock_guard lock(mutex_);
  return over_;
}

}  // namespace executus::mcp
