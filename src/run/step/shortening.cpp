#include "run/step/shortening.hpp"

#include <utility>

#include "run/calls/grace.hpp"
#include "run/definition/attributed.hpp"
#include "run/step/compaction.hpp"
#include "run/step/withholding.hpp"

namespace executus::run {
namespace {

// A compactor's model: the usage of its calls counts as the run's, also when they give no answer.
class CountedModel final : public llm::Model {
 public:
  CountedModel(std::shared_ptr<llm::Model> model, llm::SpentSink& spent) : model_(std::move(model)), spent_(spent) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    request.spent = &spent_;
    return model_->generate(std::move(request), observer);
  }
  const std::string& target() const override { return model_->target(); }
  llm::Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  const std::shared_ptr<llm::Model> model_;
  llm::SpentSink& spent_;
};

}  // namespace

const llm::Transcript& Shortening::view() { return view_.of(conversation(), compacted(), parts_.model.stage().specs); }

bool Shortening::needs_compaction() {
  if (!parts_.compaction.compactor) return false;
  (void)view();
  return compaction_due(view_.tokens(), parts_.model.stage().context_tokens, parts_.compaction.threshold_ratio) &&
         grown_since(compacted().tokens, view_.tokens());
}

// A conversation of many pieces is better told in short than with holes.
Task<bool> Shortening::make_smaller(llm::ModelError refused) {
  auto items = to_withhold(conversation().transcript(), compacted().upto, refused);
  if (parts_.compaction.compactor && items.size() != 1 && grown_since(compacted().tokens, view_.tokens())) {
    auto before = compacted().upto;
    co_await compact();
    if (compacted().upto > before) co_return true;
  }
  if (items.empty()) co_return false;
  parts_.watchers.delay("the model refused the request for its size, what is too large is left out: " +
                        refused.message());
  journal::Withheld entry{std::move(items), refused.message()};
  co_await parts_.model.commit(std::move(entry), Boundary::plain);
  co_return true;
}

// A failure is journaled too: a resumed run must not try again where the uninterrupted one did not.
Task<void> Shortening::compact() {
  auto tokens = view_.tokens();
  std::optional<Error> problem;
  try {
    co_await compact_now(tokens);
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
  co_await parts_.model.commit(std::move(failure), Boundary::plain);
}

Task<void> Shortening::compact_now(std::int64_t tokens) {
  auto fast = parts_.compaction.models->resolve(parts_.compaction.tier).value();
  if (!fast.model)
    throw failed("model.missing", "the model resolver returned no model for '" + parts_.compaction.tier + "'");
  CompactionRequest question{conversation().transcript(), compacted().upto, compacted().summary,
                             std::make_shared<CountedModel>(std::move(fast.model), parts_.model.spent_sink()),
                             attributed(fast.attribution, parts_.info)};
  auto answer = co_await with_grace(nullptr, parts_.compaction.compactor->compact(std::move(question)));
  if (auto wrong = objection_to(answer, conversation().transcript(), compacted().upto)) throw Error(*wrong);
  auto after = estimated_tokens(compacted_view(conversation().transcript(), answer.upto, answer.summary));
  journal::Compacted entry{answer.upto, std::move(answer.summary), tokens, after, answer.usage, ""};
  boost::json::object event{{"messages", entry.upto}, {"tokens_before", tokens}, {"tokens_after", after}};
  co_await parts_.model.commit(std::move(entry), Boundary::plain);
  parts_.watchers.event("compaction_fired", event);
}

}  // namespace executus::run
