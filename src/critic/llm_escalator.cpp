#include <algorithm>
#include <optional>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/critic/extend_once.hpp>
#include <executus/critic/llm_escalator.hpp>

#include "critic/escalator_answer.hpp"
#include "critic/escalator_prompt.hpp"
#include "run/definition/attributed.hpp"

namespace executus::critic {
namespace {

DecisionBounds bounds_of(const Situation& situation, const LlmEscalatorOptions& options) {
  const double extend = static_cast<double>(situation.soft.count()) * std::clamp(options.max_extension, 0.0, 100.0);
  return {Milliseconds(static_cast<Milliseconds::rep>(extend)), std::max(options.max_raise, 0)};
}

bool is_whole(llm::FinishReason finish) {
  return finish == llm::FinishReason::stop || finish == llm::FinishReason::tool_calls;
}

}  // namespace

LlmEscalator::LlmEscalator(llm::ModelResolver& models, LlmEscalatorOptions options, Logger& logger)
    : models_(models), options_(std::move(options)), logger_(logger) {}

Task<CriticDecision> LlmEscalator::escalate(Situation situation) {
  if (situation.asked >= options_.max_calls) co_return extend_once(situation);
  TaskContext context = co_await this_task();
  llm::Usage usage;
  std::optional<llm::NanoDollars> cost;
  std::optional<CriticDecision> decision;
  try {
    llm::Response response = co_await ask(escalator_question(situation), situation.info, situation.for_run);
    usage = response.usage;
    cost = models_.cost(response.target, usage, context.strand->loop().clock().wall());
    if (!is_whole(response.finish))
      throw failed("critic.answer", "the critic's model was cut off, or refused to answer");
    boost::json::value answer = read_answer(response.message.text()).value();
    decision = decide(answer.as_object(), bounds_of(situation, options_));
  } catch (...) {
    if (context.scope->cancelled()) throw;  // the run ended; a time limit of our own is just a failure
    report(situation, current_error().message());
  }
  if (!decision) decision = extend_once(situation);
  decision->usage = usage;
  decision->cost = cost;
  co_return *std::move(decision);
}

Task<llm::Response> LlmEscalator::ask(std::string question, RunInfo run, ModelForRun for_run) {
  TaskContext context = co_await this_task();
  auto resolved = models_.resolve(options_.tier).value();
  if (!resolved.model) throw failed("model.missing", "the resolver gave no model for '" + options_.tier + "'");
  llm::Request request;
  request.system = escalator_instructions();
  request.messages.push_back(llm::user_message(std::move(question)));
  request.max_output_tokens = options_.max_output_tokens;
  request.attribution = run::attributed(resolved.attribution, run);
  auto model = for_run ? for_run(std::move(resolved)) : std::move(resolved.model);
  const MonoTime until = later(context.strand->loop().clock().mono(), options_.patience);
  co_return co_await with_deadline(until, model->generate(std::move(request), nullptr),
                                   "the critic's model took too long");
}

void LlmEscalator::report(const Situation& situation, const std::string& problem) const {
  logger_.log(LogLevel::warn, "run " + situation.info.run.str() + ": the critic's model '" + options_.tier +
                                  "' gave no decision, the default takes its place: " + problem);
}

}  // namespace executus::critic
