// What is sent of a run's conversation, and how it becomes smaller: a compactor tells its beginning in short, when the
// model's context fills up; what a model refuses for its size is left out.
#pragma once

#include <string>

#include <executus/run/compactor.hpp>
#include <executus/run/run_info.hpp>

#include "run/record/recorder.hpp"
#include "run/step/sent_view.hpp"
#include "run/step/stage_model.hpp"

namespace executus::run {

struct CompactionParts {
  Compactor* compactor = nullptr;  // null: never
  llm::ModelResolver* models = nullptr;
  std::string tier;  // the tier of the model that summarises
  double threshold_ratio = 0.7;
};

struct CompactionTally;  // what the calls of one attempt used

class Shortening final {
 public:
  struct Parts {
    const RunInfo& info;
    Recorder& recorder;
    Watchers& watchers;
    StageModel& model;
    CompactionParts compaction = {};
  };
  explicit Shortening(Parts parts) : parts_(std::move(parts)) {}

  // The messages to send; good until the conversation changes.
  [[nodiscard]] const llm::Transcript& view();

  // The tools of the request are others from now on.
  void forget_view() { view_ = {}; }

  // Whether they come near the size of the stage's context.
  [[nodiscard]] bool needs_compaction();
  [[nodiscard]] Task<void> compact();

  // After the model refused the request for its size. False: nothing is left that could be left out.
  [[nodiscard]] Task<bool> make_smaller(llm::ModelError refused);

 private:
  Task<void> compact_now(std::int64_t tokens, std::shared_ptr<CompactionTally> tally);
  [[nodiscard]] const llm::Conversation& conversation() const { return parts_.recorder.conversation(); }
  [[nodiscard]] const journal::CompactedHead& compacted() const { return parts_.recorder.checkpoint().compacted; }

  const Parts parts_;
  SentView view_;
};

}  // namespace executus::run
