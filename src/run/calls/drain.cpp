#include "run/calls/drain.hpp"

#include <utility>

namespace executus::run {
namespace {

std::optional<Cancellation> shutdown_after_all(const Cancellation&) {
  return Cancellation{Cause::shutdown, "the call did not end within the drain window"};
}

}  // namespace

DrainScope::DrainScope(TaskContext context, Milliseconds window, std::shared_ptr<StartPermit> permit)
    : context_(context), window_(window), permit_(std::move(permit)), at_window_end_(scope_, shutdown_after_all) {
  at_window_end_.follow(window_scope_);
  if (context.scope->cancelled())
    on_cancel(*context.scope->why());
  else
    context.scope->attach(*this);
}

void DrainScope::on_cancel(const Cancellation& why) noexcept {
  bool unsent = permit_->withdraw();
  if (unsent || why.cause != Cause::shutdown) return scope_.cancel(why);
  auto end = later(context_.strand->loop().clock().mono(), window_);
  window_end_.emplace(context_, window_scope_, end, "drain window");
}

}  // namespace executus::run
