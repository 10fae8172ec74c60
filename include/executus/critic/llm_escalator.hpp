// Asks a model about an idle run: wait, nudge, extend, raise_steps or kill. It asks at most `max_calls` questions a
// run, each for a short answer, so a run costs a few cents.
//
// Whatever keeps the model from deciding - no such model, an error, no answer in time, an answer that does not fit the
// schema, no calls left - leaves the decision to extend_once(). The model's own figures are bounded, so that its worst
// answer costs a run one bounded extension.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <executus/base/log.hpp>
#include <executus/critic/escalator.hpp>
#include <executus/llm/resolver.hpp>

namespace executus::critic {

struct LlmEscalatorOptions {
  std::string tier = "fast";
  int max_calls = 5;                          // per run; those before a crash count as far as Situation::asked tells
  std::optional<int> max_output_tokens = {};  // thinking counts with most models; nothing: as the tier says
  Milliseconds patience = std::chrono::minutes(1);  // with one call
  double max_extension = 1;                         // at a time, in soft times
  int max_raise = 20;                               // steps at a time
};

// Threads: as Escalator. The resolver and the logger outlive it.
class LlmEscalator final : public Escalator {
 public:
  explicit LlmEscalator(llm::ModelResolver& models, LlmEscalatorOptions options = {}, Logger& logger = null_logger());

  // The decision's usage is what the call cost, also when its answer was of no use.
  [[nodiscard]] Task<CriticDecision> escalate(Situation situation) override;

 private:
  [[nodiscard]] Task<llm::Response> ask(std::string question, RunInfo run, ModelForRun for_run);
  void report(const Situation& situation, const std::string& problem) const;

  llm::ModelResolver& models_;
  LlmEscalatorOptions options_;
  Logger& logger_;
};

}  // namespace executus::critic
