// How soon a server that failed is started again: after half a second, doubling to a minute; one that lived for a
// minute begins anew. Pure.
#pragma once

#include <algorithm>
#include <utility>

#include <executus/base/clock.hpp>

namespace executus::mcp {

class RestartPace final {
 public:
  // It could not be started, or ended by itself after it had lived so long. How long to wait.
  [[nodiscard]] Milliseconds after_end(Milliseconds lived) {
    if (lived >= kLongLife) wait_ = kFirst;
    return std::exchange(wait_, std::min(2 * wait_, kMost));
  }

 private:
  static constexpr Milliseconds kFirst{500}, kMost{60'000}, kLongLife{60'000};
  Milliseconds wait_ = kFirst;
};

}  // namespace executus::mcp
