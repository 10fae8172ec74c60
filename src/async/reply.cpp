#include <executus/async/reply.hpp>

namespace executus {

void detail::require_not_on(const Loop& loop) {
  if (loop.runs_here())
    throw failed("runtime.would_block",
                 "a blocking call on a thread of the runtime, such as that of a tool or an observer, would stop the "
                 "runs it waits for; use co_await there, or then()");
}

void detail::throw_read_before() {
  throw failed("runtime.read_before", "this reply was read before; keep its value, or call again");
}

}  // namespace executus
