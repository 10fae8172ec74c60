// A live run as its agent loop sees it: asks the model, takes responses in through the output gate, runs batches.
#pragma once

#include <string>
#include <vector>

#include <executus/agent/loop.hpp>
#include <executus/base/random.hpp>
#include <executus/run/compactor.hpp>
#include <executus/run/run_info.hpp>

#include "run/calls/dispatcher.hpp"
#include "run/record/inbox.hpp"
#include "run/record/recorder.hpp"
#include "run/step/sent_view.hpp"
#include "run/step/stage.hpp"

namespace executus::run {

struct CompactionParts {
  Compactor* compactor = nullptr;  // null: never
  llm::ModelResolver* models = nullptr;
  std::string tier;  // the tier of the model that summarises
  double threshold_ratio = 0.7;
};

class StepHost final : public agent::LoopHost, private llm::StreamObserver, private llm::SpentSink {
 public:
  struct Parts {
    const RunInfo& info;
    Recorder& recorder;
    Watchers& watchers;
    Dispatcher& dispatcher;
    Inbox& inbox;
    Random& random;
    SessionHub* session = nullptr;  // may be null
    CompactionParts compaction = {};
    int max_consecutive_tool_errors = 3;
    int max_same_call_repeats = 3;
  };
  explicit StepHost(Parts parts) : parts_(std::move(parts)) {}

  // From here on the loop works with `stage`, which outlives its use.
  enum class Ceiling { fixed, critics };  // whether the critic may raise the stage's step cap
  void enter(const Stage& stage, Ceiling ceiling);

  [[nodiscard]] agent::Limits limits() const override;
  [[nodiscard]] const llm::Conversation& conversation() const override { return parts_.recorder.conversation(); }
  [[nodiscard]] Task<llm::Response> ask() override;
  [[nodiscard]] Task<void> record(llm::Response response) override;
  [[nodiscard]] Task<Batch> run_batch() override;

  // What the session's tools attached becomes part of the conversation. False: there was nothing.
  [[nodiscard]] Task<bool> take_attached();

  // Asks the stage's model for a tool, or takes the answer it got before a crash.
  [[nodiscard]] Task<llm::Response> generate(llm::CallPosition call, std::uint32_t ordinal, std::string system,
                                             llm::Transcript messages);

  // What calls used that gave no response, for the entries that follow next: they have to be written with it.
  [[nodiscard]] const std::vector<journal::Spent>& spent() const noexcept { return spent_; }

 private:
  void on_text(std::string_view delta) override;
  void on_reset() override;
  void spent(const std::string& target, const llm::Usage& usage) noexcept override;
  Task<void> commit_with_spent(std::vector<journal::Payload> payloads, Boundary boundary);
  Task<llm::Response> ask_model();
  Task<bool> make_smaller(llm::ModelError refused);

  Task<llm::Response> ask_after_preparing();
  Task<void> take_nudges();
  Task<void> compact();
  Task<void> compact_now(std::int64_t tokens);
  [[nodiscard]] const llm::Transcript& view();
  [[nodiscard]] bool needs_compaction();
  [[nodiscard]] RunTally tally() const;
  llm::Request request();

  Parts parts_;
  const Stage* stage_ = nullptr;
  Ceiling ceiling_ = Ceiling::critics;
  SentView view_;
  std::vector<journal::Spent> spent_;
  bool answered_here_ = false;  // a model has, in this process
};

}  // namespace executus::run
