// One request that is under way: what its caller hears of it, in order, on the caller's own strand.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include <executus/async/one_shot.hpp>
#include <executus/async/task.hpp>

#include "mcp/connection/transport.hpp"
#include "mcp/wire/notices.hpp"

namespace executus::mcp {

// A Response or a Loss is the last.
using Heard = std::variant<Response, Loss, Progress, LogLine>;

// Where the connection puts what comes. Any thread.
class Mailbox final {
 public:
  void put(Heard heard);
  [[nodiscard]] static Task<Heard> next(std::shared_ptr<Mailbox> mailbox);
  [[nodiscard]] bool is_over() const;  // the last has come

 private:
  mutable std::mutex mutex_;
  std::deque<Heard> heard_;
  std::optional<OneShot<>> waiting_;
  bool over_ = false;
};

class Exchange final {
 public:
  // `cancel`: any thread.
  Exchange(std::shared_ptr<Mailbox> mailbox, std::function<void()> cancel)
      : mailbox_(std::move(mailbox)), cancel_(std::move(cancel)) {}
  Exchange(Exchange&&) noexcept = default;
  Exchange& operator=(Exchange&&) noexcept = default;
  // Cancels the request when its last has not come.
  ~Exchange() {
    if (mailbox_ && !mailbox_->is_over()) cancel_();
  }

  // Cancellable; then the request goes on until this is destroyed.
  [[nodiscard]] Task<Heard> next() { return Mailbox::next(mailbox_); }

 private:
  std::shared_ptr<Mailbox> mailbox_;
  std::function<void()> cancel_;
};

}  // namespace executus::mcp
