#include "run/step/shortening.hpp"

#include <utility>

#include "run/calls/grace.hpp"
#include "run/definition/attributed.hpp"
#include "run/step/compaction.hpp"
#include "run/step/withholding.hpp"

namespace executus::run {

// Of the answers that a compactor's model gave.
struct CompactionTally {
  llm::Usage usage;
  llm::CostSum cost;
};

namespace {

// A compactor's model: the usage of its calls counts as the run's, also when they give no answer.
class CountedModel final : public llm::Model {
 public:
  CountedModel(std::shared_ptr<llm::Model> model, StageModel& stage, std::shared_ptr<CompactionTally> tally)
      : model_(std::move(model)), stage_(stage), tally_(std::move(tally)) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    request.spent = &stage_.spent_sink();
    return counted(model_->generate(std::move(request), observer), model_->target(), stage_, tally_);
  }
  const std::string& target() const override { return model_->target(); }
  llm::Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  static Task<llm::Response> counted(Task<llm::Response> asked, std::string target, const StageModel& stage,
                                     std::shared_ptr<CompactionTally> tally) {
    auto response = co_await std::move(asked);
    tally->usage += response.usage;
    tally->cost += stage.cost_of(response.target.empty() ? target : response.target, response.usage);
    co_return response;
  }

  const std::shared_ptr<llm::Model> model_;
  StageModel& stage_;
  const std::shared_ptr<CompactionTally> tally_;
};

// Nothing where the compactor asked another model than the one that it was given.
journal::Cost cost_of(const llm::Usage& used, const CompactionTally& seen) {
  return used == seen.usage ? seen.cost.total() : std::nullopt;
}

}  // namespace

const llm::Transcript& Shortening::view() {
  const auto& once = parts_.recorder.checkpoint().offered;
  return view_.of(conversation(), compacted(), parts_.model.stage().specs, once ? &*once : nullptr);
}

bool Shortening::needs_compaction() {
  if (!parts_.compaction.compactor) return false;
  (void)view();
  return compaction_due(view_.tokens(), parts_.model.stage().context_tokens, parts_.compaction.threshold_ratio) &&
         grown_since(compacted().tokens, view_.tokens());
}

// A conversation of many pieces is better told in short than with holes.
Task<bool> Shortening::make_smaller(llm::ModelError refused) {
  auto items = to_withhold(conversation().transcript(), compacted().upto, refused);
  bool by_size = llm::refused_for_size(refused);
  if (by_size && parts_.compaction.compactor && items.size() != 1 && grown_since(compacted().tokens, view_.tokens())) {
    auto before = compacted().upto;
    co_await compact();
    if (compacted().upto > before) co_return true;
  }
  if (items.empty()) co_return false;
  parts_.watchers.delay((by_size ? "the model refused the request for its size, what is too large is left out: "
                                 : "the model cannot read an image, which is left out: ") +
                        refused.message());
  journal::Withheld entry{std::move(items), refused.message()};
  co_await parts_.model.commit(std::move(entry), Boundary::plain);
  co_return true;
}

// A failure is journaled too: a resumed run must not try again where the uninterrupted one did not.
Task<void> Shortening::compact() {
  auto tokens = view_.tokens();
  auto tally = std::make_shared<CompactionTally>();
  std::optional<Error> problem;
  try {
    co_await compact_now(tokens, tally);
  } catch (const Cancelled&) {
    throw;
  } catch (const StoreUnavailable&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  if (!problem) co_return;
  parts_.watchers.delay("the conversation could not be shortened: " + problem->message());
  journal::Compacted failure;
  failure.upto = static_cast<std::uint32_t>(conversation().transcript().size());
  failure.tokens_before = failure.tokens_after = tokens;
  failure.error = problem->message();
  failure.usage = tally->usage;
  if (failure.usage != llm::Usage{}) failure.cost = tally->cost.total();
  co_await parts_.model.commit(std::move(failure), Boundary::plain);
}

Task<void> Shortening::compact_now(std::int64_t tokens, std::shared_ptr<CompactionTally> tally) {
  auto fast = parts_.compaction.models->resolve(parts_.compaction.tier).value();
  if (!fast.model)
    throw failed("model.missing", "the model resolver returned no model for '" + parts_.compaction.tier + "'");
  auto* spending = parts_.model.spending();
  auto model =
      spending ? spending->metered(std::move(fast.model), fast.spec, Spending::Made::by_run) : std::move(fast.model);
  CompactionRequest question{conversation().transcript(), compacted().upto, compacted().summary,
                             std::make_shared<CountedModel>(std::move(model), parts_.model, tally),
                             attributed(fast.attribution, parts_.info)};
  auto answer = co_await with_grace(nullptr, parts_.compaction.compactor->compact(std::move(question)));
  if (auto wrong = objection_to(answer, conversation().transcript(), compacted().upto)) throw Error(*wrong);
  auto after = estimated_tokens(compacted_view(conversation().transcript(), answer.upto, answer.summary));
  journal::Compacted entry{answer.upto, std::move(answer.summary),    tokens, after, answer.usage,
                           "",          cost_of(answer.usage, *tally)};
  boost::json::object event{{"messages", entry.upto}, {"tokens_before", tokens}, {"tokens_after", after}};
  co_await parts_.model.commit(std::move(entry), Boundary::plain);
  parts_.watchers.event("compaction_fired", event);
}

}  // namespace executus::run
