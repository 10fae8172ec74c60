// A live run as its agent loop sees it: asks the model, takes responses in through the output gate, runs batches.
#pragma once

#include <vector>

#include <executus/agent/loop.hpp>

#include "run/calls/dispatcher.hpp"
#include "run/record/inbox.hpp"
#include "run/record/recorder.hpp"
#include "run/step/offers.hpp"
#include "run/step/shortening.hpp"
#include "run/step/stage_model.hpp"

namespace executus::run {

class StepHost final : public agent::LoopHost {
 public:
  struct Parts {
    Recorder& recorder;
    StageModel& model;
    Shortening& shortening;
    Dispatcher& dispatcher;
    Inbox& inbox;
    SessionHub* session = nullptr;           // may be null
    const Delegation* delegation = nullptr;  // likewise
    Offers* offers = nullptr;                // likewise
    int max_consecutive_tool_errors = 3;
    int max_same_call_repeats = 3;
  };
  explicit StepHost(const Parts& parts) : parts_(parts) {}

  // From here on the loop works with `stage`, which outlives its use.
  enum class Ceiling { fixed, critics };  // whether the critic may raise the stage's step cap
  void enter(const Stage& stage, Ceiling ceiling);

  [[nodiscard]] const std::shared_ptr<const agent::AnswerForm>& form() const { return parts_.model.stage().form; }
  [[nodiscard]] agent::Limits limits() const override;
  [[nodiscard]] const llm::Conversation& conversation() const override { return parts_.recorder.conversation(); }
  [[nodiscard]] Task<llm::Response> ask() override;
  [[nodiscard]] Task<void> record(llm::Response response) override;
  [[nodiscard]] Task<Batch> run_batch() override;
  [[nodiscard]] Task<void> repair() override;

  // Why the map stopped, after run_batch() returned stopped.
  [[nodiscard]] const std::string& failure() const { return parts_.dispatcher.failure(); }

  // Whether run_batch() ended since others have taken the run's place.
  [[nodiscard]] bool lost_its_place() const noexcept { return lost_its_place_; }

  // What the session's tools attached becomes part of the conversation. False: there was nothing.
  [[nodiscard]] Task<bool> take_attached();

 private:
  Task<llm::Response> ask_model();
  Task<llm::Response> ask_after_preparing();
  Task<void> take_nudges();
  [[nodiscard]] bool batch_has_runs() const;
  Task<void> leave_without_a_place();
  [[nodiscard]] RunTally tally() const;

  const Parts parts_;
  Ceiling ceiling_ = Ceiling::critics;
  bool lost_its_place_ = false;
};

}  // namespace executus::run
