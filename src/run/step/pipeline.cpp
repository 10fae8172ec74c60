#include "run/step/pipeline.hpp"

#include <algorithm>
#include <utility>

#include <executus/agent/final_answer.hpp>
#include <executus/base/json.hpp>

#include "agent/given_answer.hpp"
#include "base/text.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/sub_agents.hpp"
#include "run/definition/submit_tool.hpp"
#include "run/step/phase_prompt.hpp"
#include "run/step/spending.hpp"

namespace executus::run {
namespace {

std::string message_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (...) {
    return current_error().message();
  }
}

const char* words_of(agent::LoopEnd end) {
  switch (end) {
    case agent::LoopEnd::cut:
      return "its answer was cut off";
    case agent::LoopEnd::refused:
      return "the model refused to answer";
    case agent::LoopEnd::tool_loop:
      return "it went round in circles";
    case agent::LoopEnd::unfit:
      return "its answer does not fit the agent's output";
    case agent::LoopEnd::map_failed:
    case agent::LoopEnd::answered:
    case agent::LoopEnd::parked:
    case agent::LoopEnd::max_steps:
      break;
  }
  return "no final answer within its steps";
}

std::shared_ptr<const agent::AnswerForm> form_of(const Phase& phase) {
  return phase.output.empty() ? nullptr : std::make_shared<const agent::AnswerForm>(phase.output);
}

bool has_tool(const Phase& phase, const std::string& name) {
  if (phase.kind == Phase::Kind::prompt) return false;
  if (phase.kind == Phase::Kind::map) return name == tool_name_of(phase.map);
  auto means = [&](const std::string& pattern) { return matches_glob(pattern, name); };
  return !phase.tools || std::ranges::any_of(*phase.tools, means);
}

// Where the run's answer is a value, the tool that hands it in is the last phase's alone. An earlier one whose answer
// is a value has one of its own.
tool::Toolbox tools_of(const Phase& phase, const Stage& base, const Stage& stage) {
  tool::Toolbox some;
  for (const auto& tool : base.toolbox.tools()) {
    const auto& name = tool->info().spec.name;
    bool hands_in = base.form && name == agent::kSubmitTool;
    if (hands_in ? stage.form == base.form : has_tool(phase, name)) some.add(tool);
  }
  if (stage.form && stage.form != base.form) some.add(make_submit_tool(stage.form));
  return some;
}

}  // namespace

// Not inlined: the compiler would make room for its frame in that of runs without phases.
[[gnu::noinline]] Task<agent::LoopEnd> Pipeline::run() {
  TaskContext context = co_await this_task();
  const auto& checkpoint = parts_.recorder.checkpoint();
  Route route(parts_.phases, checkpoint.phases);
  for (;;) {
    if (!checkpoint.phase && !route.next()) co_return agent::LoopEnd::answered;
    context.scope->throw_if_cancelled();
    if (!checkpoint.phase && only_decides(phase_at(*route.next()).kind))
      last_end_ = decided(route);
    else if (auto end = co_await run_next(route))
      co_return *end;
    route.take(*last_end_);
    if (!route.next()) co_return agent::LoopEnd::answered;
    co_await parts_.recorder.commit(*last_end_, Boundary::plain);
  }
}

Task<std::optional<agent::LoopEnd>> Pipeline::run_next(const Route& route) {
  const auto& checkpoint = parts_.recorder.checkpoint();
  if (!checkpoint.phase) co_await parts_.recorder.commit(start_of(route), Boundary::plain);
  stage_ = stage_of(*checkpoint.phase);
  parts_.host.enter(*stage_, StepHost::Ceiling::fixed);
  Stopped stopped = co_await run_phase();
  auto verdict = decide_phase(stopped.stop, phase_at(checkpoint.phase->index));
  if (verdict == PhaseVerdict::parked || verdict == PhaseVerdict::unusable) co_return *stopped.stop.end;
  if (verdict == PhaseVerdict::abort) std::rethrow_exception(stopped.thrown);
  last_end_ = end_of(verdict, stopped);
  if (fits(*last_end_)) co_return std::nullopt;
  last_end_.reset();
  if (stopped.thrown) std::rethrow_exception(stopped.thrown);
  co_return *stopped.stop.end;
}

// What a branch or a repeat decides is journaled: it stays decided.
journal::PhaseEnded Pipeline::decided(const Route& route) const {
  auto index = *route.next();
  auto decision = decision_of(parts_.phases, index, answers(route), route.round_of(index));
  return {static_cast<std::uint32_t>(index), phase_at(index).name, journal::PhaseEnd::completed, std::move(decision),
          ""};
}

std::string Pipeline::output() const {
  if (last_end_ && !only_decides(phase_at(last_end_->index).kind)) return last_end_->output;
  return output_of_run(parts_.phases, parts_.recorder.checkpoint().phases);
}

// A map's prompts are made when its phase has begun.
Answers Pipeline::answers(const Route& route) const {
  const auto& checkpoint = parts_.recorder.checkpoint();
  Answers known(checkpoint, parts_.phases);
  auto at = checkpoint.phase ? std::size_t(checkpoint.phase->index) : *route.next();
  known.set_unless_named("round", boost::json::value(route.round_of(at)));
  return known;
}

Task<Pipeline::Stopped> Pipeline::run_phase() {
  TaskContext context = co_await this_task();
  Stopped stopped;
  try {
    const auto& phase = phase_at(parts_.recorder.checkpoint().phase->index);
    if (phase.kind == Phase::Kind::map)
      stopped.stop.end = co_await run_map(phase);
    else
      stopped.stop.end = co_await agent::run_loop(parts_.host);
  } catch (const Cancelled&) {
    stopped.stop.failure = PhaseStop::Failure::cancelled;
    stopped.thrown = std::current_exception();
  } catch (const StoreUnavailable&) {
    stopped.stop.failure = PhaseStop::Failure::store;
    stopped.thrown = std::current_exception();
  } catch (const SourceUnavailable&) {
    stopped.stop.failure = PhaseStop::Failure::source;
    stopped.thrown = std::current_exception();
  } catch (const BudgetBreach&) {
    stopped.stop.failure = PhaseStop::Failure::budget;
    stopped.thrown = std::current_exception();
  } catch (...) {  // what breaks in a run that is to stop is no reason for a fallback
    bool stops = context.scope->cancelled();
    stopped.stop.failure = stops ? PhaseStop::Failure::cancelled : PhaseStop::Failure::other;
    stopped.thrown = std::current_exception();
  }
  co_return stopped;
}

// No model is asked: the items are the calls of its one step.
[[gnu::noinline]] Task<agent::LoopEnd> Pipeline::run_map(const Phase& phase) {
  const auto& conversation = parts_.recorder.conversation();
  if (conversation.steps() == 0 && !co_await map_items(phase)) co_return agent::LoopEnd::map_failed;
  if (!conversation.open_batch().empty()) {
    auto batch = co_await parts_.host.run_batch();
    if (batch == agent::LoopHost::Batch::parked) co_return agent::LoopEnd::parked;
    if (batch == agent::LoopHost::Batch::stopped)
      co_return fail_map(failed("map.item_failed", "phase '" + phase.name + "': " + parts_.host.failure()));
  }
  if (phase.map.on_failure == MapItems::OnFailure::collect) co_return agent::LoopEnd::answered;
  auto map = map_output(phase);
  if (map.failures == 0) co_return agent::LoopEnd::answered;
  co_return fail_map(failed("map.item_failed", "phase '" + phase.name + "': " + map.failed));
}

Task<bool> Pipeline::map_items(const Phase& phase) {
  const auto& checkpoint = parts_.recorder.checkpoint();
  Route route(parts_.phases, checkpoint.phases);
  auto calls = calls_of_map(phase, answers(route), checkpoint.conversation.responses());
  if (!calls.ok()) {
    (void)fail_map(calls.error());
    co_return false;
  }
  journal::Mapped mapped{std::move(*calls)};
  co_await parts_.recorder.commit(std::move(mapped), Boundary::plain);
  co_return true;
}

agent::LoopEnd Pipeline::fail_map(Error why) {
  map_error_ = std::move(why);
  return agent::LoopEnd::map_failed;
}

MapOutput Pipeline::map_output(const Phase& phase) const {
  bool values = parts_.delegation && parts_.delegation->answers_with_value(tool_name_of(phase.map));
  return output_of_map(parts_.recorder.conversation(), values ? ResultIs::value : ResultIs::text);
}

journal::PhaseStarted Pipeline::start_of(const Route& route) const {
  auto index = *route.next();
  const auto& phase = phase_at(index);
  auto prompt = render_phase_prompt(phase.system_prompt, answers(route));
  if (!prompt.warning.empty())
    parts_.logger.log(LogLevel::warn,
                      "phase '" + phase.name + "': " + prompt.warning + "; its prompt is sent as it is");
  journal::PhaseStarted started{static_cast<std::uint32_t>(index), phase.name, std::move(prompt.text), parts_.model};
  if (phase.model.empty()) return started;
  auto model = model_named(phase.model);
  if (model.ok() && model->model) {
    started.model = model->spec;
    return started;
  }
  std::string why = model.ok() ? "the resolver returned no model" : model.error().message();
  parts_.logger.log(LogLevel::warn, "phase '" + phase.name + "': model '" + phase.model +
                                        "' cannot be used, the agent's own is: " + why);
  return started;
}

// A resolver should not throw; the run goes on all the same.
Result<llm::ResolvedModel> Pipeline::model_named(const std::string& name) const {
  try {
    return parts_.models.resolve(name);
  } catch (...) {
    return current_error();
  }
}

Stage Pipeline::stage_of(const journal::PhaseStarted& started) const {
  const auto& phase = phase_at(started.index);
  Stage stage = parts_.base;
  if (auto model = model_named(started.model); model.ok() && model->model) {
    stage.model = std::move(model->model);
    stage.spec = std::move(model->spec);
    stage.attribution = std::move(model->attribution);
    if (model->context_tokens > 0) stage.context_tokens = model->context_tokens;
  }
  bool is_last = answers_for_run(parts_.phases, started.index);
  if (!is_last || !stage.form) stage.form = form_of(phase);
  stage.toolbox = tools_of(phase, parts_.base, stage);
  stage.specs = stage.toolbox.specs();
  stage.max_steps = phase.max_iterations > 0 ? phase.max_iterations : parts_.base.max_steps;
  stage.bare = phase.kind == Phase::Kind::prompt;
  if (stage.bare) stage.max_steps = stage.form ? 1 + agent::kMostRepairs : 1;
  if (phase.kind == Phase::Kind::map) stage.map = &phase.map, stage.max_steps = 1;
  stage.system = with_skills(stage, with_header(parts_.system_header, started.system_prompt));
  return stage;
}

void Pipeline::take_new_tools() {
  const auto& phase = parts_.recorder.checkpoint().phase;
  if (!stage_ || !phase) return;
  stage_->toolbox = tools_of(phase_at(phase->index), parts_.base, *stage_);
  stage_->specs = stage_->toolbox.specs();
}

// What stands in for an answer that is a value has to be one too, and is the host's: what tools said is none. Else the
// phase ends as if nothing stood in for it.
bool Pipeline::fits(const journal::PhaseEnded& ended) const {
  if (!stage_->form || ended.how == journal::PhaseEnd::completed) return true;
  return ended.how == journal::PhaseEnd::fallback && !ended.output.empty();
}

// Of an answer that is a value its JSON; empty when it does not fit.
std::string Pipeline::fallback_of(const Phase& phase) const {
  if (!stage_->form) return phase.fallback;
  auto reading = stage_->form->of_text(phase.fallback);
  return reading.value ? write_json(*reading.value) : std::string();
}

journal::PhaseEnded Pipeline::end_of(PhaseVerdict verdict, const Stopped& stopped) const {
  const auto& checkpoint = parts_.recorder.checkpoint();
  const auto& transcript = checkpoint.conversation.transcript();
  auto from = checkpoint.conversation.began_with();
  journal::PhaseEnded ended{checkpoint.phase->index, checkpoint.phase->name, journal::PhaseEnd::completed, "", ""};
  if (verdict == PhaseVerdict::completed && stage_->map) {
    auto map = map_output(phase_at(ended.index));
    ended.output = std::move(map.output);
    ended.error = std::move(map.failed);
    return ended;
  }
  if (verdict == PhaseVerdict::completed) {
    ended.output = stage_->form ? agent::given_value(checkpoint.conversation, *stage_->form).value()
                                : agent::final_answer(transcript, from);
    return ended;
  }
  bool fallback = verdict == PhaseVerdict::fallback;
  ended.how = fallback ? journal::PhaseEnd::fallback : journal::PhaseEnd::salvaged;
  ended.output = fallback ? fallback_of(phase_at(ended.index)) : salvage(transcript, from);
  ended.error = stopped.thrown ? message_of(stopped.thrown) : words_of(*stopped.stop.end);
  if (stopped.stop.end == agent::LoopEnd::map_failed) ended.error = map_error_->message();
  return ended;
}

}  // namespace executus::run
