#include "runtime/host/starting.hpp"

#include <utility>

namespace executus::host {
namespace {

// The id is listed from the admission until the outcome is there: who asks for the run meanwhile waits for it.
Task<void> drive(Host& host, Agent agent, Invocation invocation, std::shared_ptr<LocalRun> local,
                 OneShot<bool> admitted) {
  RunId run = invocation.run_id;
  auto outcome = co_await host.run(std::move(agent), std::move(invocation));
  bool refused = !outcome.ok() && !outcome.error_code.empty();
  if (refused)
    admitted.fail(failed(outcome.error_code, outcome.error));  // unless it was admitted before
  else
    admitted.set(false);
  local->set(std::move(outcome));
  host.local_runs().remove(run, local);
}

}  // namespace

Task<Started> start(Host& host, Agent agent, Invocation invocation) {
  TaskContext context = co_await this_task();
  if (invocation.run_id.empty()) invocation.run_id = RunId::generate(context.strand->loop().clock());
  Started started{invocation.run_id, false, std::make_shared<LocalRun>(agent.durability != Durability::memory)};
  OneShot<bool> admitted;
  invocation.on_admitted = [&runs = host.local_runs(), started, admitted,
                            told = std::move(invocation.on_admitted)](bool created) {
    runs.add(started.run, started.local);
    admitted.set(created);
    if (told) told(created);
  };
  auto driving = drive(host, std::move(agent), std::move(invocation), started.local, admitted);
  started.local->driven_by(host.runs().spawn(std::move(driving)));
  started.created = co_await admitted.wait();
  co_return started;
}

}  // namespace executus::host
