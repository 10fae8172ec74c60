#include "runtime/host/host.hpp"

namespace executus::host {

void Host::end() {
  std::unique_lock lock(mutex_);
  ended_ = true;
}

Error Host::has_ended() {
  return failed("runtime.ended", "the Runtime of this handle was destroyed; ask another one, by the run's id");
}

}  // namespace executus::host
