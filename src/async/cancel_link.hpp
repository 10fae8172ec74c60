// Passes what cancels one scope on to another that does not lie below it, as what it is there.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <executus/async/cancel.hpp>

namespace executus {

class CancelLink final : private CancelListener {
 public:
  // Nothing: `to` is not cancelled for that. `to` outlives the link.
  using Translate = std::function<std::optional<Cancellation>(const Cancellation&)>;
  CancelLink(CancelScope& to, Translate translate) : to_(to), translate_(std::move(translate)) {}

  // On the strand of both. `from` may be cancelled already.
  void follow(CancelScope& from) {
    if (from.cancelled())
      on_cancel(*from.why());
    else
      from.attach(*this);
  }

 private:
  void on_cancel(const Cancellation& why) noexcept override {
    if (auto translated = translate_(why)) to_.cancel(std::move(*translated));
  }
  CancelScope& to_;
  const Translate translate_;
};

}  // namespace executus
