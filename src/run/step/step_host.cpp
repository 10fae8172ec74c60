#include "run/step/step_host.hpp"

#include <limits>
#include <set>
#include <utility>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>

#include "run/definition/attributed.hpp"
#include "run/step/compaction.hpp"
#include "run/step/model_call.hpp"
#include "run/step/withholding.hpp"

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

std::string digest_of_question(const std::string& system, const llm::Transcript& messages) {
  std::string question = system;
  for (const auto& message : messages) question += '\n' + write_json(llm::to_json(message));
  return sha256_hex(question);
}

}  // namespace

void StepHost::enter(const Stage& stage, Ceiling ceiling) {
  stage_ = &stage;
  ceiling_ = ceiling;
  parts_.dispatcher.use(stage.toolbox);
}

agent::Limits StepHost::limits() const {
  int raised = ceiling_ == Ceiling::critics ? parts_.recorder.checkpoint().critic.steps_raised : 0;
  bool overflows = raised > std::numeric_limits<int>::max() - stage_->max_steps;
  int max_steps = overflows ? std::numeric_limits<int>::max() : stage_->max_steps + raised;
  return {max_steps, parts_.max_consecutive_tool_errors, parts_.max_same_call_repeats};
}

const llm::Transcript& StepHost::view() { return view_.of(conversation(), parts_.recorder.checkpoint().compacted); }

llm::Request StepHost::request() {
  llm::Request request;
  request.system = stage_->system;
  request.messages = view();
  request.tools = stage_->specs;
  request.attribution = attributed(stage_->attribution, parts_.info);
  request.spent = this;
  if (!answered_here_) request.begin_with = parts_.recorder.checkpoint().served_by;
  return request;
}

bool StepHost::needs_compaction() {
  if (!parts_.compaction.compactor) return false;
  (void)view();
  return compaction_due(view_.tokens(), stage_->context_tokens, parts_.compaction.threshold_ratio) &&
         grown_since(parts_.recorder.checkpoint().compacted.tokens, view_.tokens());
}

// No coroutine of its own: a run spends its life in model calls, and ten thousand of them may.
Task<llm::Response> StepHost::ask() {
  bool nudged = !parts_.recorder.checkpoint().critic.nudges.empty();
  if (parts_.recorder.commands_waiting() || nudged || parts_.session || needs_compaction())
    return ask_after_preparing();
  return ask_model();
}

// No coroutine either.
Task<llm::Response> StepHost::ask_model() {
  auto on_retry = [this](std::string_view why) {
    parts_.watchers.delay("the model call failed and is tried again: " + std::string(why));
  };
  auto smaller = [this](llm::ModelError refused) { return make_smaller(std::move(refused)); };
  return call_model(
      *stage_->model, [this] { return request(); }, parts_.watchers.wants_text() ? this : nullptr, on_retry,
      parts_.random, smaller);
}

Task<llm::Response> StepHost::ask_after_preparing() {
  if (parts_.recorder.commands_waiting()) co_await parts_.inbox.apply(Inbox::Which::all);
  if (parts_.session) (void)co_await take_attached();
  co_await take_nudges();
  if (needs_compaction()) co_await compact();
  co_return co_await ask_model();
}

// A conversation of many pieces is better told in short than with holes.
Task<bool> StepHost::make_smaller(llm::ModelError refused) {
  const auto& compacted = parts_.recorder.checkpoint().compacted;
  auto items = to_withhold(conversation().transcript(), compacted.upto, refused);
  if (parts_.compaction.compactor && items.size() != 1 && grown_since(compacted.tokens, view_.tokens())) {
    auto before = compacted.upto;
    co_await compact();
    if (compacted.upto > before) co_return true;
  }
  if (items.empty()) co_return false;
  parts_.watchers.delay("the model refused the request for its size, what is too large is left out: " +
                        refused.message());
  std::vector<journal::Payload> payloads;
  payloads.push_back(journal::Withheld{std::move(items), refused.message()});
  co_await commit_with_spent(std::move(payloads), Boundary::plain);
  co_return true;
}

void StepHost::spent(const std::string& target, const llm::Usage& usage) noexcept {
  if (usage != llm::Usage{}) spent_.push_back({target, usage});
}

// `Spent` entries go first, since the last entry says how the run stands.
Task<void> StepHost::commit_with_spent(std::vector<journal::Payload> payloads, Boundary boundary) {
  auto spent = std::exchange(spent_, {});
  payloads.insert(payloads.begin(), spent.begin(), spent.end());
  return parts_.recorder.commit(std::move(payloads), boundary);
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

// A failure is journaled too: a resumed run must not try again where the uninterrupted one did not.
Task<void> StepHost::compact() {
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
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(failure));
  co_await commit_with_spent(std::move(payloads), Boundary::plain);
}

Task<void> StepHost::compact_now(std::int64_t tokens) {
  const auto& compacted = parts_.recorder.checkpoint().compacted;
  auto fast = parts_.compaction.models->resolve(parts_.compaction.tier).value();
  if (!fast.model)
    throw failed("model.missing", "the model resolver returned no model for '" + parts_.compaction.tier + "'");
  llm::SpentSink& counts = *this;
  CompactionRequest question{conversation().transcript(), compacted.upto, compacted.summary,
                             std::make_shared<CountedModel>(std::move(fast.model), counts),
                             attributed(fast.attribution, parts_.info)};
  auto answer = co_await parts_.compaction.compactor->compact(std::move(question));
  if (auto wrong = objection_to(answer, conversation().transcript(), compacted.upto)) throw Error(*wrong);
  auto after = estimated_tokens(compacted_view(conversation().transcript(), answer.upto, answer.summary));
  journal::Compacted entry{answer.upto, std::move(answer.summary), tokens, after, answer.usage, ""};
  boost::json::object event{{"messages", entry.upto}, {"tokens_before", tokens}, {"tokens_after", after}};
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(entry));
  co_await commit_with_spent(std::move(payloads), Boundary::plain);
  parts_.watchers.event("compaction_fired", event);
}

void StepHost::on_text(std::string_view delta) { parts_.watchers.text(conversation().responses(), delta); }
void StepHost::on_reset() { parts_.watchers.reset(conversation().responses()); }

// The output gate: nothing acts on a response before it is durable.
Task<void> StepHost::record(llm::Response response) {
  if (stage_->bare) response.message.tool_calls.clear();  // it was offered no tools
  make_call_ids_unique(response.message, conversation());
  auto intent = parts_.dispatcher.intents().with_response(response.message);
  std::vector<journal::Payload> payloads;
  payloads.push_back(journal::Responded{std::move(response)});
  Boundary boundary = intent ? Boundary::gated : Boundary::plain;
  if (intent) payloads.push_back(*intent);
  co_await commit_with_spent(std::move(payloads), boundary);
  answered_here_ = true;
  if (intent) parts_.dispatcher.intents().arm(intent->call);
  if (parts_.session) parts_.session->update(tally());
}

RunTally StepHost::tally() const {
  auto usage = conversation().usage();
  usage += parts_.recorder.checkpoint().side_usage;
  return {static_cast<int>(conversation().responses()), usage, static_cast<int>(conversation().calls().size())};
}

Task<agent::LoopHost::Batch> StepHost::run_batch() {
  if (parts_.recorder.commands_waiting()) co_await parts_.inbox.apply(Inbox::Which::not_steer);
  if (conversation().open_batch().empty()) co_return Batch::settled;
  co_return co_await parts_.dispatcher.run_batch();
}

Task<llm::Response> StepHost::generate(llm::CallPosition call, std::uint32_t ordinal, std::string system,
                                       llm::Transcript messages) {
  std::string digest = digest_of_question(system, messages);
  const auto& generated = parts_.recorder.checkpoint().generated;
  if (auto known = generated.find({call, ordinal}); known != generated.end() && known->second.request == digest)
    co_return known->second.response;
  llm::Request request;
  request.system = std::move(system);
  request.messages = std::move(messages);
  request.attribution = attributed(stage_->attribution, parts_.info);
  request.spent = this;
  auto on_retry = [this](std::string_view why) {
    parts_.watchers.delay("a tool's model call failed: " + std::string(why));
  };
  auto same = [request = std::move(request)] { return request; };
  auto response = co_await call_model(*stage_->model, std::move(same), nullptr, on_retry, parts_.random);
  journal::Generated entry{call, ordinal, std::move(digest), response};
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(entry));
  co_await commit_with_spent(std::move(payloads), Boundary::plain);
  co_return response;
}

}  // namespace executus::run
