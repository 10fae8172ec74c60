// Port: brings a run's answer to where it was asked for. The target is the host's own; the kernel never reads it.
//
// Absent, or the invocation names no target: the caller reads the outcome. Threads: called on the run's strand after
// the run's end is durable, not cancelled with it, given 10 s. Exceptions: logged; best effort.
#pragma once

#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/base/artifact.hpp>

namespace executus {

struct DeliveryTarget {
  std::string kind = {};
  std::string id = {};  // empty: no delivery
};

class Delivery {
 public:
  virtual ~Delivery() = default;

  // The id of what was posted: RunOutcome::delivery_id. `artifacts` are what the run's calls handed in
  // (tool::Done::artifacts), in the order of their outcomes; they are the caller's: copy what outlives the call.
  [[nodiscard]] virtual Task<std::string> deliver(DeliveryTarget target, std::string output,
                                                  std::vector<Artifact> artifacts) = 0;
  [[nodiscard]] virtual Task<void> deliver_error(DeliveryTarget target, std::string error) = 0;
};

}  // namespace executus
