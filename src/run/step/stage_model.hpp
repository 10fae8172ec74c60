// The model of a run's stage: asked for a response, or a question of a tool. Counts what its calls used, also those
// that gave no response.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <executus/base/random.hpp>
#include <executus/llm/model.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/run_info.hpp>

#include "run/calls/model_for_tools.hpp"
#include "run/record/recorder.hpp"
#include "run/step/spending.hpp"
#include "run/step/stage.hpp"

namespace executus::run {

class StageModel final : public ModelForTools, private llm::StreamObserver, private llm::SpentSink {
 public:
  struct Parts {
    const RunInfo& info;
    Recorder& recorder;
    Watchers& watchers;
    Random& random;
    llm::ModelResolver& prices;  // knows what calls cost
  };
  explicit StageModel(const Parts& parts) : parts_(parts) {}

  // From here on it is the model of `stage`, which outlives its use.
  void enter(const Stage& stage) { stage_ = &stage, asked_ = nullptr; }
  [[nodiscard]] const Stage& stage() const noexcept { return *stage_; }

  // A request for the next response.
  [[nodiscard]] llm::Request request(llm::Transcript messages);

  // Asks for it; the parameters are as for call_model().
  [[nodiscard]] Task<llm::Response> ask(std::function<llm::Request()> request,
                                        std::function<Task<bool>(llm::ModelError)> make_smaller);

  [[nodiscard]] Task<llm::Response> generate(llm::CallPosition call, std::uint32_t ordinal, std::string system,
                                             llm::Transcript messages) override;
  [[nodiscard]] Task<void> pay(tool::PaidCall call) override;

  // From here on each call is asked for first. `spending` outlives this.
  void limit_by(Spending& spending) noexcept { spending_ = &spending, asked_ = nullptr; }
  [[nodiscard]] Spending* spending() noexcept { return spending_; }  // null: nothing limits the run

  // For calls of other models whose usage counts as the run's.
  [[nodiscard]] llm::SpentSink& spent_sink() noexcept { return *this; }

  // What a call that is made now costs, of the model that served it; empty: that of the stage.
  [[nodiscard]] journal::Cost cost_of(const std::string& target, const llm::Usage& usage) const;

  // What calls used that gave no response, for the entries that follow next: they have to be written with it.
  [[nodiscard]] const std::vector<journal::Spent>& spent() const noexcept { return spent_; }

  // What was shown of the response that was asked for last and broke off; empty: nothing, or it was dropped.
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; }

  // Commits `payloads` with what was spent.
  [[nodiscard]] Task<void> commit(std::vector<journal::Payload> payloads, Boundary boundary);
  [[nodiscard]] Task<void> commit(journal::Payload payload, Boundary boundary);

  // The response that was asked for cannot be committed. In the catch block that says so.
  void drop_shown(const CancelScope& scope);

  // A response is durable: from here on a chain of models need not begin with the one that served another process.
  void note_answered() noexcept { answered_here_ = true, shown_ = {}; }

 private:
  void on_text(std::string_view delta) override;
  void on_reasoning(std::string_view delta) override;
  void on_arguments(std::string_view call_id, std::string_view tool, std::string_view delta) override;
  void on_reset() override;
  [[nodiscard]] llm::Model& asked();
  [[nodiscard]] const std::string& spec() const;
  [[nodiscard]] Task<llm::Response> ask_for_tool(llm::Request request);
  [[nodiscard]] ResponseDraft draft() const;
  void spent(const std::string& target, const llm::Usage& usage) noexcept override;

  const Parts parts_;
  const Stage* stage_ = nullptr;
  Spending* spending_ = nullptr;
  std::shared_ptr<llm::Model> asked_;  // the stage's, as spending_ lets it be asked; null: not asked yet
  std::vector<journal::Spent> spent_;
  std::string shown_;
  int attempt_ = 0;             // at the response that is asked for
  bool answered_here_ = false;  // by a model, to this process
};

}  // namespace executus::run
