#include <utility>

#include <executus/runtime/worker.hpp>

#include "runtime/host/host.hpp"
#include "runtime/host/working.hpp"

namespace executus {
namespace host {

Task<void> Working::work() {
  std::optional<Error> problem;
  try {
    summary_.set(co_await scanner_.work());
  } catch (...) {
    problem = current_error();
  }
  if (problem) summary_.set(std::move(*problem));
}

Task<WorkSummary> Working::finished() {
  auto summary = co_await summary_.get();
  co_return summary.value();
}

Working& Workers::start(RootGroup& group, run::Scanner::Parts parts, WorkOptions options) {
  std::lock_guard lock(mutex_);
  auto& working = workers_.emplace_back(parts, std::move(options));
  group.spawn(working.work());
  return working;
}

}  // namespace host

namespace {

// No effect once the runtime has ended.
template <class Use>
void use_while_it_lives(host::Host& host, Use use) {
  try {
    host.use([&](host::Host&) { return use(), true; });
  } catch (const Error&) {
  }
}

}  // namespace

void Worker::drain(Milliseconds window) const {
  use_while_it_lives(*host_, [&] { working_->scanner().drain(window); });
}

void Worker::look() const {
  use_while_it_lives(*host_, [&] { working_->scanner().look(); });
}

Reply<WorkSummary> Worker::done() const {
  return host_->call([this](host::Host&) { return working_->finished(); });
}

}  // namespace executus
