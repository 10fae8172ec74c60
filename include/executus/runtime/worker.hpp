// A worker: takes up what becomes due and drives it, until it is told to leave. Queued runs, runs of dead processes,
// timers, answered questions, woken parents.
//
//   Worker worker = runtime.work({.concurrency = 64});
//   on_sigterm([&] { worker.drain(30s); });   // any thread
//   worker.join();
//
// It looks through the store every `scan`; that alone suffices. Any number of workers share a store: each run is driven
// by one. A store that is away only delays, and a run that cannot be read or driven keeps no other from its turn.
// Threads: any.
#pragma once

#include <memory>

#include <executus/async/reply.hpp>
#include <executus/run/work.hpp>

namespace executus {

namespace host {
class Host;
class Working;
}  // namespace host

// Dropping it changes nothing: the worker ends with its runtime. One that has drained is released with its last handle,
// or when the next one begins.
class Worker final {
 public:
  Worker(std::shared_ptr<host::Host> host, std::shared_ptr<host::Working> working)
      : host_(std::move(host)), working_(std::move(working)) {}

  // Takes up nothing more, and leaves each run for recovery at its next step boundary: what is in the middle of a call
  // (a model that answers, a tool) may go on for `window`, calls with effects for defaults.drain_window more, as in
  // Runtime::shut_down(). A run whose last answer comes in that time ends. Runs that sleep or wait are in no process,
  // so it does not wait for them. The second call, or a window of 0, leaves at once. Returns at once; no effect once
  // the runtime has ended.
  void drain(Milliseconds window = Milliseconds(3'000)) const;

  // Looks through the store now, also at runs that it had found impossible here: what they lack may have come.
  void look() const;

  // Until it has drained, and drives nothing any more. join() blocks, not on a thread of the runtime. Throws Error
  // runtime.ended when the runtime has ended.
  WorkSummary join() const { return done().get(); }
  [[nodiscard]] Reply<WorkSummary> done() const;

 private:
  std::shared_ptr<host::Host> host_;
  std::shared_ptr<host::Working> working_;
};

}  // namespace executus
