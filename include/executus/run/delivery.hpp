// Port: brings a run's answer to where it was asked for. The target is the host's own; the kernel never reads it.
//
// With a journal store what is to be delivered is written with the run's end, and closed only by the receiver's answer:
// a call that returns, or that throws Error kDeliveryRefused. Whatever else goes wrong (an exception, no answer within
// 10 s, a shutdown, a crash) it is delivered again later, by any process with this port that recovers or works, after 5
// s at first and an hour at most; after DeliverLater when that says. So it arrives at least once, each time with the
// same DeliveryTarget::key: a receiver that drops keys it has seen gets it once. Without a store it is called once,
// best effort.
//
// Absent, or the invocation names no target: the caller reads the outcome; a process with the port may deliver it yet.
// Threads: called on a strand, the run's own at first, after the run's end is durable; of several targets at the same
// time. Cancelled at a shutdown. Exceptions: logged; they change nothing of the run.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/base/artifact.hpp>
#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>

namespace executus {

struct RunOutcome;

struct DeliveryTarget {
  std::string kind = {};
  std::string id = {};   // empty: no delivery
  std::string key = {};  // set for the port: names what is delivered
};

// The receiver will never take it: the delivery is over. Frozen code.
inline constexpr std::string_view kDeliveryRefused = "delivery.refused";

// Not now, but then: the receiver named a time, or has had as many as it may have for now. It is no failure of the
// target. An hour at most.
class DeliverLater final : public Error {
 public:
  DeliverLater(std::string message, Milliseconds after)
      : Error(ErrorKind::overloaded, "delivery.later", std::move(message)), after_(after) {}
  [[nodiscard]] Milliseconds after() const noexcept { return after_; }

 private:
  Milliseconds after_;
};

class Delivery {
 public:
  virtual ~Delivery() = default;

  // Whether this process can deliver there. What it cannot is left to processes that can, as if the port were absent.
  // Throws nothing.
  [[nodiscard]] virtual bool takes(const DeliveryTarget& target) const;

  // The end of a run, which outlives the task. As shipped: deliver() of one that is ok, else deliver_error().
  [[nodiscard]] virtual Task<std::string> deliver_end(DeliveryTarget target, const RunOutcome& outcome);

  // The id of what was posted: RunOutcome::delivery_id. `artifacts` are what the run's calls handed in
  // (tool::Done::artifacts), in the order of their outcomes; they are the caller's: copy what outlives the call.
  [[nodiscard]] virtual Task<std::string> deliver(DeliveryTarget target, std::string output,
                                                  std::vector<Artifact> artifacts) = 0;
  [[nodiscard]] virtual Task<void> deliver_error(DeliveryTarget target, std::string error) = 0;
};

}  // namespace executus
