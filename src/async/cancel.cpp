#include <utility>

#include <executus/async/cancel.hpp>

namespace executus {

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::shutdown:
      return "shutdown";
    case Cause::kill:
      return "kill";
    case Cause::deadline:
      return "deadline";
    case Cause::caller:
      return "caller";
    case Cause::ownership_lost:
      return "ownership_lost";
  }
  return "caller";
}

Cancelled::Cancelled(const Cancellation& why)
    : Error(ErrorKind::failed, "async.cancelled",
            "cancelled (" + std::string(to_string(why.cause)) + ")" + (why.detail.empty() ? "" : ": " + why.detail)),
      cause_(why.cause) {}

void CancelListener::detach() noexcept {
  if (!prev_) return;
  prev_->next_ = next_;
  next_->prev_ = prev_;
  prev_ = next_ = nullptr;
}

CancelScope::CancelScope() noexcept { anchor_.prev_ = anchor_.next_ = &anchor_; }

CancelScope::CancelScope(CancelScope& parent) noexcept : CancelScope() {
  if (parent.cancelled())
    why_ = parent.why_;
  else
    parent.attach(*this);
}

CancelScope::~CancelScope() {
  while (anchor_.next_ != &anchor_) anchor_.next_->detach();
  anchor_.prev_ = anchor_.next_ = nullptr;
}

void CancelScope::attach(CancelListener& listener) noexcept {
  listener.prev_ = anchor_.prev_;
  listener.next_ = &anchor_;
  anchor_.prev_->next_ = &listener;
  anchor_.prev_ = &listener;
}

void CancelScope::cancel(Cancellation why) noexcept {
  if (why_) return;
  why_ = std::move(why);
  while (anchor_.next_ != &anchor_) {
    CancelListener& listener = *anchor_.next_;
    listener.detach();
    listener.on_cancel(*why_);
  }
}

}  // namespace executus
