// A run that lives in this process: what its loop acts through.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/agent/loop.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/executor.hpp>

#include "run/dispatcher.hpp"
#include "run/ending.hpp"
#include "run/recorder.hpp"

namespace executus::run {

class LiveRun final : public agent::LoopHost, private llm::StreamObserver {
 public:
  struct Parts {
    RunId id;
    Agent agent;
    std::string parent;
    tool::Toolbox toolbox;
    llm::ToolSpecs specs;
    std::shared_ptr<llm::Model> model;
    std::unique_ptr<Checkpointer> checkpointer;  // may be null
    std::string worker;
    std::int64_t epoch = 0;
    int attempts_before = 0;
    bool claimed = false;  // taken over from another process; commands may wait
  };
  LiveRun(Parts parts, journal::Checkpoint checkpoint, const Defaults& defaults, const std::string& system_header,
          const Clock& clock, RunObserver* observer, Logger& logger);

  // From here to the end of this process's part in the run. Never throws.
  [[nodiscard]] Task<Ending> drive();
  [[nodiscard]] RunOutcome outcome(const Ending& ending) const;

  // Looks at the inbox while the loop waits somewhere: a cancel command ends the wait. On the run's strand.
  [[nodiscard]] Task<void> look_at_inbox();

  [[nodiscard]] const RunId& id() const noexcept { return parts_.id; }

 private:
  const llm::Conversation& conversation() const override { return recorder_.conversation(); }
  Task<llm::Response> ask() override;
  Task<void> record(llm::Response response) override;
  Task<Batch> run_batch() override;
  void on_text(std::string_view delta) override;
  void on_reset() override;

  llm::Request request() const;
  Task<llm::Response> ask_after_commands();
  Task<void> loop(Stop& stop);
  Task<void> loop_in_scope(Stop& stop);
  Task<Ending> finalize(Ending ending);
  Task<void> carry_out(Ending& ending);
  Task<void> close(Ending& ending);
  Task<void> apply_commands();
  Task<bool> apply(journal::Command command);  // true: the run is to be cancelled
  Task<void> resolve(journal::Command command);
  journal::Waited waiting_for(const Ending& ending) const;

  Parts parts_;
  const Defaults& defaults_;
  const std::string& system_header_;
  RunObserver* observer_;
  Logger& logger_;
  Recorder recorder_;
  Dispatcher dispatcher_;
  CancelScope* scope_ = nullptr;  // the run's own, while its loop runs
  Consumed cancel_commands_;      // applied by the terminal entry
  std::uint64_t seq_at_start_;
};

}  // namespace executus::run
