// Everything that watches one live run, fed from one place: observers, audit, the critic, and the runs above it.
// Nothing a watcher throws reaches the run.
#pragma once

#include <memory>
#include <string_view>

#include <executus/base/log.hpp>
#include <executus/run/audit.hpp>
#include <executus/run/critic.hpp>
#include <executus/run/observer.hpp>

namespace executus::run {

class Watchers final {
 public:
  // `everyone` watches all runs of the process, `own` this one; both may be null.
  Watchers(RunId run, RunObserver* everyone, std::shared_ptr<RunObserver> own, Logger& logger)
      : run_(std::move(run)), everyone_(everyone), own_(std::move(own)), logger_(logger) {}

  void report_to(Watchers* parent) { parent_ = parent; }  // outlives this
  void add(AuditRecord* audit) { audit_ = audit; }
  void add(CriticHandle* critic) { critic_ = critic; }  // null: no more

  [[nodiscard]] bool wants_text() const noexcept { return everyone_ || own_; }

  void entry(const journal::Entry& entry, int steps);
  void call_started(const llm::CallRecord& call);
  void call_ended(const llm::CallRecord& call);  // its outcome is durable
  void text(const ResponseDraft& draft, std::string_view delta);
  void reasoning(const ResponseDraft& draft, std::string_view delta);
  void arguments(const ResponseDraft& draft, std::string_view call_id, std::string_view tool, std::string_view delta);
  void reset(const ResponseDraft& draft);
  void delay(std::string_view reason);
  void event(std::string_view kind, const boost::json::object& detail);

  // A run below this one showed activity.
  void child_activity(const RunId& child, const Activity& activity);
  void child_progress();

  [[nodiscard]] bool has_any() const noexcept {
    return (everyone_ && everyone_->watches(run_)) || own_ || audit_ || critic_ || parent_;
  }

 private:
  void activity(const Activity& activity);
  template <class F>
  void tell(F say);
  template <class F>
  void contained(F say);

  const RunId run_;
  RunObserver* const everyone_;
  const std::shared_ptr<RunObserver> own_;
  Logger& logger_;
  Watchers* parent_ = nullptr;
  AuditRecord* audit_ = nullptr;
  CriticHandle* critic_ = nullptr;
};

}  // namespace executus::run
