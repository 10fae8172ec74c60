// Tells the readers of this process what happens in the runs that live in it, and passes all of it on to the host's own
// observers. Runs nobody reads cost a look at a counter.
//
// Threads: any.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <executus/run/observer.hpp>

#include "runtime/events/unread.hpp"

namespace executus {

class EventHub final : public RunObserver {
 public:
  // `hosts` may hold null; they outlive the runs. One that throws keeps nothing from the others.
  explicit EventHub(std::vector<RunObserver*> hosts);

  // From here on what happens in `run` is added to the result, until forget().
  [[nodiscard]] std::shared_ptr<Unread> watch(RunId run, std::size_t most);
  void forget(const std::shared_ptr<Unread>& unread);
  [[nodiscard]] std::size_t readers() const noexcept { return readers_; }

  [[nodiscard]] bool watches(const RunId& run) const noexcept override;
  void on_entry(const RunId& run, const journal::Entry& entry) override;
  void on_activity(const RunId& run, const Activity& activity) override;
  void on_child_activity(const RunId& run, const RunId& child, const Activity& activity) override;
  void on_text(const RunId& run, const ResponseDraft& draft, std::string_view delta) override;
  void on_reasoning(const RunId& run, const ResponseDraft& draft, std::string_view delta) override;
  void on_arguments(const RunId& run, const ResponseDraft& draft, std::string_view call_id, std::string_view tool,
                    std::string_view delta) override;
  void on_reset(const RunId& run, const ResponseDraft& draft) override;
  void on_delay(const RunId& run, std::string_view reason) override;

 private:
  using Readers = std::vector<std::shared_ptr<Unread>>;
  [[nodiscard]] Readers readers_of(const RunId& run) const;
  template <class F>
  void tell_hosts(F say) const;

  std::vector<RunObserver*> hosts_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Readers> by_run_;
  std::atomic<std::size_t> readers_ = 0;
};

}  // namespace executus
