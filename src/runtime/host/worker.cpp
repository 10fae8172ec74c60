#include <utility>

#include <executus/async/task_group.hpp>
#include <executus/runtime/worker.hpp>

#include "runtime/host/host.hpp"
#include "runtime/host/working.hpp"

namespace executus {
namespace host {

// What fires is on the strand of what drives, so that events come one at a time.
Task<void> Working::work() {
  TaskGroup beside(co_await this_task());
  beside.spawn(firing_.work());
  beside.spawn(keeping_.work());
  std::optional<Result<WorkSummary>> summary;
  try {
    summary = co_await scanner_.work();
  } catch (...) {
    summary = current_error();
  }
  firing_.stop();
  keeping_.stop();
  co_await beside.join();
  summary_.set(std::move(*summary));
  over_ = true;
}

// No run is queued any more that this worker would not drive.
void Working::drain(Milliseconds window) {
  firing_.stop();
  keeping_.stop();
  scanner_.drain(window);
}

Task<WorkSummary> Working::finished(std::shared_ptr<Working> working) {
  auto summary = co_await working->summary_.get();
  co_return summary.value();
}

std::shared_ptr<Working> Workers::start(RootGroup& group, run::Scanner::Parts parts, Firing::Parts firing,
                                        const WorkOptions& options) {
  auto working = std::make_shared<Working>(parts, std::move(firing), options);
  std::lock_guard lock(mutex_);
  std::erase_if(workers_, [](const auto& each) { return each->is_over(); });
  workers_.push_back(working);
  group.spawn(working->work());
  return working;
}

}  // namespace host

namespace {

// No effect once the runtime has ended.
template <class Use>
void use_while_it_lives(host::Host& host, Use use) {
  try {
    host.use([&](host::Host&) { return use(), true; });
  } catch (const Error& error) {
    if (error.code() != "runtime.ended") throw;
  }
}

}  // namespace

void Worker::drain(Milliseconds window) const {
  use_while_it_lives(*host_, [&] { working_->drain(window); });
}

void Worker::look() const {
  use_while_it_lives(*host_, [&] { working_->look(); });
}

Reply<WorkSummary> Worker::done() const {
  return host_->call([this](host::Host&) { return host::Working::finished(working_); });
}

}  // namespace executus
