#include "runtime/events/event_hub.hpp"

#include <exception>
#include <utility>

namespace executus {

EventHub::EventHub(std::vector<RunObserver*> hosts) : hosts_(std::move(hosts)) { std::erase(hosts_, nullptr); }

template <class F>
void EventHub::tell_hosts(F say) const {
  std::exception_ptr problem;
  for (auto* host : hosts_) try {
      say(*host);
    } catch (...) {
      problem = std::current_exception();
    }
  if (problem) std::rethrow_exception(problem);
}

std::shared_ptr<Unread> EventHub::watch(RunId run, std::size_t most) {
  auto unread = std::make_shared<Unread>(std::move(run), most);
  std::lock_guard lock(mutex_);
  by_run_[unread->run().str()].push_back(unread);
  ++readers_;
  return unread;
}

void EventHub::forget(const std::shared_ptr<Unread>& unread) {
  std::lock_guard lock(mutex_);
  auto found = by_run_.find(unread->run().str());
  if (found == by_run_.end()) return;
  readers_ -= std::erase(found->second, unread);
  if (found->second.empty()) by_run_.erase(found);
}

EventHub::Readers EventHub::readers_of(const RunId& run) const {
  if (readers_ == 0) return {};
  std::lock_guard lock(mutex_);
  auto found = by_run_.find(run.str());
  return found == by_run_.end() ? Readers{} : found->second;
}

bool EventHub::watches(const RunId& run) const noexcept {
  for (const auto* host : hosts_)
    if (host->watches(run)) return true;
  if (readers_ == 0) return false;
  std::lock_guard lock(mutex_);
  return by_run_.contains(run.str());
}

void EventHub::on_entry(const RunId& run, const journal::Entry& entry) {
  for (const auto& reader : readers_of(run)) reader->durable(entry.seq);
  tell_hosts([&](RunObserver& host) { host.on_entry(run, entry); });
}

void EventHub::on_activity(const RunId& run, const Activity& activity) {
  for (const auto& reader : readers_of(run)) reader->add(ActivityChanged{activity});
  tell_hosts([&](RunObserver& host) { host.on_activity(run, activity); });
}

void EventHub::on_child_activity(const RunId& run, const RunId& child, const Activity& activity) {
  for (const auto& reader : readers_of(run)) reader->add(ActivityChanged{activity, child});
  tell_hosts([&](RunObserver& host) { host.on_child_activity(run, child, activity); });
}

void EventHub::on_text(const RunId& run, const ResponseDraft& draft, std::string_view delta) {
  for (const auto& reader : readers_of(run))
    reader->add_at(draft.after, TextDelta{draft.ordinal, draft.attempt, std::string(delta)});
  tell_hosts([&](RunObserver& host) { host.on_text(run, draft, delta); });
}

void EventHub::on_reasoning(const RunId& run, const ResponseDraft& draft, std::string_view delta) {
  for (const auto& reader : readers_of(run))
    reader->add_at(draft.after, ReasoningDelta{draft.ordinal, draft.attempt, std::string(delta)});
  tell_hosts([&](RunObserver& host) { host.on_reasoning(run, draft, delta); });
}

void EventHub::on_arguments(const RunId& run, const ResponseDraft& draft, std::string_view call_id,
                            std::string_view tool, std::string_view delta) {
  for (const auto& reader : readers_of(run))
    reader->add_at(draft.after, ArgumentsDelta{draft.ordinal, draft.attempt, std::string(call_id), std::string(tool),
                                               std::string(delta)});
  tell_hosts([&](RunObserver& host) { host.on_arguments(run, draft, call_id, tool, delta); });
}

void EventHub::on_reset(const RunId& run, const ResponseDraft& draft) {
  for (const auto& reader : readers_of(run)) reader->add_at(draft.after, AttemptReset{draft.ordinal, draft.attempt});
  tell_hosts([&](RunObserver& host) { host.on_reset(run, draft); });
}

void EventHub::on_delay(const RunId& run, std::string_view reason) {
  for (const auto& reader : readers_of(run)) reader->add(Delayed{std::string(reason)});
  tell_hosts([&](RunObserver& host) { host.on_delay(run, reason); });
}

}  // namespace executus
