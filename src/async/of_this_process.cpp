#include <atomic>

#include <pthread.h>

#include <executus/async/of_this_process.hpp>

namespace executus {
namespace {

std::atomic<std::uint64_t> forks_before{0};

const int forks_are_counted = ::pthread_atfork(nullptr, nullptr, [] { ++forks_before; });

}  // namespace

std::uint64_t HomeProcess::generation() noexcept { return forks_before.load(std::memory_order_relaxed); }

Error HomeProcess::forked() {
  return failed("runtime.forked",
                "this process was forked from the one that this Runtime, or a part of it, belongs to: its threads and "
                "its database are not here; call exec in the child, or fork before the Runtime is made");
}

}  // namespace executus
