// Closes a run's stay in this process: writes its last entries, parks it, or gives it back, as its ending says.
#pragma once

#include <vector>

#include <executus/base/log.hpp>

#include "run/calls/dispatcher.hpp"
#include "run/life/ending.hpp"
#include "run/record/inbox.hpp"
#include "run/record/recorder.hpp"
#include "run/step/pipeline.hpp"
#include "run/step/step_host.hpp"

namespace executus::run {

class Closing final {
 public:
  struct Parts {
    Recorder& recorder;
    Inbox& inbox;
    const Dispatcher& dispatcher;
    StepHost& host;
    const StageModel& model;
    const Pipeline* pipeline = nullptr;  // null: the agent has no phases
    Milliseconds max_runtime{0};
    Logger& logger;
  };
  explicit Closing(const Parts& parts) : parts_(parts) {}

  enum class End { over, goes_on };  // goes_on: commands came that the run still has to hear

  // Changes `ending` when it could not be had: a cancel command came before it, the store stayed away, another worker
  // took the run over. Throws nothing.
  [[nodiscard]] Task<End> close(Ending& ending);

 private:
  Task<End> carry_out(Ending& ending);
  Task<End> end_run(Ending& ending);
  Task<void> take_back_intents();
  Task<void> contained(Task<void> work, const char* what);
  Task<void> give_back(Ending& ending, const Error& problem);
  [[nodiscard]] std::vector<journal::Payload> spent() const;
  [[nodiscard]] std::vector<journal::Payload> entries_of_wait(const Ending& ending) const;
  [[nodiscard]] std::vector<journal::Payload> entries_of_end(const Ending& ending) const;
  [[nodiscard]] std::string output(std::vector<journal::Payload>& entries) const;
  [[nodiscard]] journal::Waited waiting_for(const Ending& ending) const;
  [[nodiscard]] Inbox::Hears hears(const Ending& ending) const;

  const Parts parts_;
};

}  // namespace executus::run
