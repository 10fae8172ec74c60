#include <utility>

#include <executus/runtime/run_handle.hpp>

#include "runtime/events/event_reader.hpp"
#include "runtime/host/waiting_for.hpp"

namespace executus {
namespace {

Task<std::vector<Question>> questions_of_run(journal::JournalStore& store, RunId run) {
  auto row = co_await store.find(std::move(run));
  if (!row) co_return std::vector<Question>{};
  co_return co_await open_questions(store, std::move(*row));
}

EventSource source_of(host::Host& host, std::shared_ptr<host::Host> gate) {
  EventSource source{host.replies(), host.store(), host.events()};
  source.questions = [&store = host.store()](RunId run) { return questions_of_run(store, std::move(run)); };
  source.carry_out = [gate = std::move(gate)](Task<std::optional<Event>> step) {
    return gate->call([&](host::Host&) { return std::move(step); });
  };
  return source;
}

}  // namespace

Reply<RunOutcome> RunHandle::done() const {
  return runs_.host_->call([&](host::Host& host) { return host::outcome_at_rest(host, id_, local_); });
}

EventStream RunHandle::events(EventOptions options) const {
  return runs_.host_->use([&](host::Host& host) { return open_events(source_of(host, runs_.host_), id_, options); });
}

}  // namespace executus
