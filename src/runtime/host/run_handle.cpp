#include <executus/runtime/run_handle.hpp>

#include "runtime/host/waiting_for.hpp"

namespace executus {

Reply<RunOutcome> RunHandle::done() const {
  return runs_.host_->call([&](host::Host& host) { return host::outcome_at_rest(host, id_, local_); });
}

}  // namespace executus
