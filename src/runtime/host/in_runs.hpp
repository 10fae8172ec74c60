// Driving a run for a call of the host API.
#pragma once

#include <utility>

#include "runtime/host/host.hpp"

namespace executus::host {

// What `task` comes to, which Runtime::shut_down() reaches. When the awaiting task is cancelled, `task` goes on.
template <class T>
[[nodiscard]] Task<T> in_runs(Host& host, Task<T> task) {
  Reply<T> reply(host.runs(), std::move(task));
  co_return co_await reply;
}

}  // namespace executus::host
