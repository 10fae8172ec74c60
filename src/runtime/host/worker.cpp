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
  over_ = true;
}

Task<WorkSummary> Working::finished(std::shared_ptr<Working> working) {
  auto summary = co_await working->summary_.get();
  co_return summary.value();
}

std::shared_ptr<Working> Workers::start(RootGroup& group, run::Scanner::Parts parts, WorkOptions options) {
  auto working = std::make_shared<Working>(parts, std::move(options));
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
  return host_->call([this](host::Host&) { return host::Working::finished(working_); });
}

}  // namespace executus
