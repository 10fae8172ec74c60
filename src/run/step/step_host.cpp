#include "run/step/step_host.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

#include "agent/given_answer.hpp"

namespace executus::run {
namespace {

// Providers may leave ids out or repeat them; results are matched by id on the next request, and some servers want them
// unique over the whole conversation.
void make_call_ids_unique(llm::Message& message, const llm::Conversation& conversation) {
  std::set<std::string_view> own_ids;
  auto is_taken = [&](std::string_view id) { return own_ids.contains(id) || conversation.has_call_id(id); };
  for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
    auto& id = message.tool_calls[i].id;
    auto own = "call_" + std::to_string(conversation.responses()) + "_" + std::to_string(i);
    if (id.empty() || is_taken(id)) id = own;
    for (int more = 2; is_taken(id); ++more) id = own + "_" + std::to_string(more);
    own_ids.insert(id);
  }
}

// Of a stage without tools: at most the one that hands in an answer was offered, where the answer is a value.
void drop_calls_not_offered(llm::Message& message, const Stage& stage) {
  std::erase_if(message.tool_calls,
                [&](const llm::ToolCall& call) { return !stage.form || call.name != agent::kSubmitTool; });
}

}  // namespace

void StepHost::enter(const Stage& stage, Ceiling ceiling) {
  ceiling_ = ceiling;
  parts_.model.enter(stage);
  parts_.dispatcher.use(stage.toolbox, stage.map);
}

agent::Limits StepHost::limits() const {
  const auto& checkpoint = parts_.recorder.checkpoint();
  const auto& stage = parts_.model.stage();
  std::int64_t max_steps = stage.max_steps;
  if (ceiling_ == Ceiling::critics) max_steps += checkpoint.critic.steps_raised;
  if (checkpoint.used_before) max_steps += checkpoint.used_before->steps;
  return {static_cast<int>(std::min<std::int64_t>(max_steps, std::numeric_limits<int>::max())),
          parts_.max_consecutive_tool_errors, parts_.max_same_call_repeats, stage.form.get(),
          checkpoint.used_before ? checkpoint.used_before->messages : 0};
}

// No coroutine of its own: a run spends its life in model calls, and ten thousand of them may.
Task<llm::Response> StepHost::ask() {
  bool nudged = !parts_.recorder.checkpoint().critic.nudges.empty();
  bool offered = parts_.offers && parts_.offers->has_news();
  if (parts_.recorder.commands_waiting() || nudged || offered || parts_.session || parts_.shortening.needs_compaction())
    return ask_after_preparing();
  return ask_model();
}

// No coroutine either.
Task<llm::Response> StepHost::ask_model() {
  auto request = [this] { return parts_.model.request(parts_.shortening.view()); };
  auto smaller = [this](llm::ModelError refused) { return parts_.shortening.make_smaller(std::move(refused)); };
  return parts_.model.ask(request, smaller);
}

Task<llm::Response> StepHost::ask_after_preparing() {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  if (parts_.recorder.commands_waiting()) co_await parts_.inbox.apply(Inbox::Which::all);
  if (parts_.session) (void)co_await take_attached();
  co_await take_nudges();
  if (parts_.offers) co_await parts_.offers->take_in(Offers::Which::missing_or_changed);
  if (parts_.shortening.needs_compaction()) co_await parts_.shortening.compact();
  co_return co_await ask_model();
}

Task<bool> StepHost::take_attached() {
  if (!parts_.session) co_return false;
  parts_.session->update(tally());
  auto messages = parts_.session->take_attached();
  for (auto& message : messages) {
    journal::Steered steered{std::move(message), "session", false};
    co_await parts_.recorder.commit(std::move(steered), Boundary::plain);
  }
  co_return !messages.empty();
}

Task<void> StepHost::take_nudges() {
  const auto& nudges = parts_.recorder.checkpoint().critic.nudges;
  while (!nudges.empty()) {
    journal::Steered steered{llm::user_message(nudges.front()), "critic", false};
    co_await parts_.recorder.commit(std::move(steered), Boundary::plain);
  }
}

// The output gate: nothing acts on a response before it is durable.
Task<void> StepHost::record(llm::Response response) {
  TaskContext context = co_await this_task();
  if (parts_.model.stage().bare) drop_calls_not_offered(response.message, parts_.model.stage());
  make_call_ids_unique(response.message, conversation());
  bool goes_on = !context.scope->cancelled();
  auto intent = goes_on ? parts_.dispatcher.intents().with_response(response.message) : std::nullopt;
  std::vector<journal::Payload> payloads;
  auto cost = parts_.model.cost_of(response.target, response.usage);
  payloads.push_back(journal::Responded{std::move(response), cost});
  Boundary boundary = intent ? Boundary::gated : Boundary::plain;
  if (intent) payloads.push_back(std::move(*intent));
  try {
    co_await parts_.model.commit(std::move(payloads), boundary);
  } catch (...) {
    parts_.model.drop_shown(*context.scope);
    throw;
  }
  parts_.model.note_answered();
  if (parts_.session) parts_.session->update(tally());
}

RunTally StepHost::tally() const {
  auto usage = conversation().usage();
  usage += parts_.recorder.checkpoint().side_usage;
  return {static_cast<int>(conversation().responses()), usage, static_cast<int>(conversation().calls().size())};
}

Task<void> StepHost::repair() {
  const auto& form = *parts_.model.stage().form;
  auto given = agent::given_answer(conversation(), form);
  journal::Steered steered{llm::user_message(agent::repair_text(given.findings, form)), "output", false};
  co_await parts_.recorder.commit(std::move(steered), Boundary::plain);
}

// They may need what this run holds.
bool StepHost::batch_has_runs() const {
  return parts_.delegation && std::ranges::any_of(conversation().open_batch(), [&](const auto& call) {
           return parts_.delegation->is_delegate(call.call.name);
         });
}

// A run that leaves begins with no call of its batch, and has none decided.
Task<agent::LoopHost::Batch> StepHost::run_batch() {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  if (parts_.recorder.commands_waiting()) co_await parts_.inbox.apply(Inbox::Which::not_steer);
  if (conversation().open_batch().empty()) co_return Batch::settled;
  auto* spending = parts_.model.spending();
  if (spending && (batch_has_runs() || spending->holds_beside())) co_await spending->pause();
  if (!batch_has_runs()) co_return co_await parts_.dispatcher.run_batch();
  auto batch = co_await parts_.dispatcher.run_batch();
  if (batch == Batch::settled) co_await leave_without_a_place();
  co_return batch;
}

// Others may have taken the run's place while runs below it worked: it is left, and goes on in its turn.
Task<void> StepHost::leave_without_a_place() {
  auto limit = co_await parts_.delegation->limit();
  if (!limit) co_return;
  lost_its_place_ = true;
  throw Cancelled({Cause::shutdown, "its place was taken while runs below it worked: " + describe(*limit)});
}

}  // namespace executus::run
