#include "run/record/watchers.hpp"

#include "base/contained.hpp"

namespace executus::run {

template <class F>
void Watchers::contained(F say) {
  executus::contained(logger_, LogLevel::warn, {"a watcher of run ", run_.str(), " threw"}, say);
}

template <class F>
void Watchers::tell(F say) {
  for (RunObserver* observer : {everyone_, own_.get()})
    if (observer) contained([&] { say(*observer); });
}

void Watchers::entry(const journal::Entry& entry, int steps) {
  tell([&](RunObserver& observer) { observer.on_entry(run_, entry); });
  const auto* responded = std::get_if<journal::Responded>(&entry.payload);
  if (!responded) return;
  if (audit_) contained([&] { audit_->on_step(steps, responded->response); });
  if (critic_) contained([&] { critic_->record_step(steps, responded->response); });
  if (parent_) parent_->child_progress();
}

// An activity takes a while to make, since its arguments are searched for secrets: made only when something watches.
void Watchers::call_started(const llm::CallRecord& call) {
  if (!has_any()) return;
  auto started = activity_of(call);
  started.state = Activity::State::running;
  activity(started);
}

void Watchers::call_ended(const llm::CallRecord& call) {
  if (has_any()) activity(activity_of(call));
}

void Watchers::activity(const Activity& activity) {
  tell([&](RunObserver& observer) { observer.on_activity(run_, activity); });
  if (audit_) contained([&] { audit_->on_tool(activity); });
  if (critic_ && activity.state == Activity::State::running) contained([&] { critic_->record_tool_start(activity); });
  if (parent_) parent_->child_activity(run_, activity);
}

void Watchers::child_activity(const RunId& child, const Activity& activity) {
  tell([&](RunObserver& observer) { observer.on_child_activity(run_, child, activity); });
  if (critic_) contained([&] { critic_->record_progress(); });
  if (parent_) parent_->child_activity(child, activity);
}

void Watchers::child_progress() {
  if (critic_) contained([&] { critic_->record_progress(); });
  if (parent_) parent_->child_progress();
}

void Watchers::text(const ResponseDraft& draft, std::string_view delta) {
  tell([&](RunObserver& observer) { observer.on_text(run_, draft, delta); });
}

void Watchers::reasoning(const ResponseDraft& draft, std::string_view delta) {
  tell([&](RunObserver& observer) { observer.on_reasoning(run_, draft, delta); });
}

void Watchers::arguments(const ResponseDraft& draft, std::string_view call_id, std::string_view tool,
                         std::string_view delta) {
  tell([&](RunObserver& observer) { observer.on_arguments(run_, draft, call_id, tool, delta); });
}

void Watchers::reset(const ResponseDraft& draft) {
  tell([&](RunObserver& observer) { observer.on_reset(run_, draft); });
}

void Watchers::delay(std::string_view reason) {
  logger_.log(LogLevel::warn, "run " + run_.str() + ": " + std::string(reason));
  tell([&](RunObserver& observer) { observer.on_delay(run_, reason); });
}

void Watchers::event(std::string_view kind, const boost::json::object& detail) {
  if (audit_) contained([&] { audit_->log_event(kind, detail); });
}

}  // namespace executus::run
