// Runs an agent's phases one after the other, from wherever the journal says they stand. A finished phase is known by
// its position; the interrupted one goes on in the middle of its own conversation.
#pragma once

#include <exception>
#include <optional>
#include <string>

#include <executus/run/agent.hpp>

#include "run/step/mapping.hpp"
#include "run/step/phase_end.hpp"
#include "run/step/route.hpp"
#include "run/step/step_host.hpp"

namespace executus::run {

class Pipeline final {
 public:
  struct Parts {
    Recorder& recorder;
    StepHost& host;
    const std::vector<Phase>& phases;
    const std::string& model;  // the agent's, resolved
    const Stage& base;         // the run's own
    llm::ModelResolver& models;
    const Delegation* delegation = nullptr;  // null: no delegates
    std::string system_header;
    Logger& logger;
  };
  explicit Pipeline(Parts parts) : parts_(std::move(parts)) {}

  // answered: the last phase is over. Its end is to be committed with the run's, unless a process before this one has
  // committed it: then there is no last_end(). cut, refused, unfit, map_failed: so a phase ended that is not optional;
  // where its answer is a value, so it ended, however, and nothing that fits stands in for it. Throws what else ends
  // the run.
  [[nodiscard]] Task<agent::LoopEnd> run();
  [[nodiscard]] const std::optional<journal::PhaseEnded>& last_end() const noexcept { return last_end_; }
  // The run's own stage has other tools: the phase that runs has those of them that it names.
  void take_new_tools();
  // What the run says when it ends now.
  [[nodiscard]] std::string output() const;
  [[nodiscard]] const std::optional<Error>& map_error() const noexcept { return map_error_; }  // after map_failed

 private:
  struct Stopped {
    PhaseStop stop;
    std::exception_ptr thrown;
  };
  Task<Stopped> run_phase();
  Task<agent::LoopEnd> run_map(const Phase& phase);
  Task<bool> map_items(const Phase& phase);  // false: there is nothing to map over
  agent::LoopEnd fail_map(Error why);
  [[nodiscard]] MapOutput map_output(const Phase& phase) const;
  Task<std::optional<agent::LoopEnd>> run_next(const Route& route);  // nothing: it is over, and last_end() is its end
  [[nodiscard]] journal::PhaseEnded decided(const Route& route) const;
  [[nodiscard]] Answers answers(const Route& route) const;
  [[nodiscard]] journal::PhaseStarted start_of(const Route& route) const;
  [[nodiscard]] journal::PhaseEnded end_of(PhaseVerdict verdict, const Stopped& stopped) const;
  [[nodiscard]] bool fits(const journal::PhaseEnded& ended) const;
  [[nodiscard]] std::string fallback_of(const Phase& phase) const;
  [[nodiscard]] Result<llm::ResolvedModel> model_named(const std::string& name) const;
  [[nodiscard]] Stage stage_of(const journal::PhaseStarted& started) const;
  [[nodiscard]] const Phase& phase_at(std::size_t index) const { return parts_.phases.at(index); }

  Parts parts_;
  std::optional<Stage> stage_;  // of the current phase
  std::optional<journal::PhaseEnded> last_end_;
  std::optional<Error> map_error_;
};

}  // namespace executus::run
