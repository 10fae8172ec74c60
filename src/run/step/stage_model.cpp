#include "run/step/stage_model.hpp"

#include <utility>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>

#include "run/definition/attributed.hpp"
#include "run/step/model_call.hpp"

namespace executus::run {
namespace {

std::string digest_of_question(const std::string& system, const llm::Transcript& messages) {
  std::string question = system;
  for (const auto& message : messages) question += '\n' + write_json(llm::to_json(message));
  return sha256_hex(question);
}

}  // namespace

llm::Request StageModel::request(llm::Transcript messages) {
  llm::Request request;
  request.system = stage_->system;
  request.messages = std::move(messages);
  request.tools = stage_->specs;
  if (stage_->form) request.wanted = stage_->form->wanted();
  request.attribution = attributed(stage_->attribution, parts_.info);
  request.spent = this;
  if (!answered_here_) request.begin_with = parts_.recorder.checkpoint().served_by;
  return request;
}

// No coroutine of its own: a run spends its life in model calls, and ten thousand of them may.
Task<llm::Response> StageModel::ask(std::function<llm::Request()> request,
                                    std::function<Task<bool>(llm::ModelError)> make_smaller) {
  attempt_ = 0;
  shown_.clear();
  auto on_retry = [this](std::string_view why) {
    parts_.watchers.delay("the model call failed and is tried again: " + std::string(why));
  };
  return call_model(asked(), std::move(request), parts_.watchers.wants_text() ? this : nullptr, on_retry, parts_.random,
                    std::move(make_smaller));
}

llm::Model& StageModel::asked() {
  if (!spending_) return *stage_->model;
  if (!asked_) asked_ = spending_->metered(stage_->model, spec(), Spending::Made::by_run);
  return *asked_;
}

const std::string& StageModel::spec() const { return stage_->spec ? *stage_->spec : parts_.info.model; }

ResponseDraft StageModel::draft() const {
  return {parts_.recorder.conversation().responses(), attempt_, parts_.recorder.checkpoint().last_seq};
}

void StageModel::on_text(std::string_view delta) {
  shown_ += delta;
  parts_.watchers.text(draft(), delta);
}
void StageModel::on_reasoning(std::string_view delta) { parts_.watchers.reasoning(draft(), delta); }
void StageModel::on_arguments(std::string_view call_id, std::string_view tool, std::string_view delta) {
  parts_.watchers.arguments(draft(), call_id, tool, delta);
}
void StageModel::on_reset() {
  parts_.watchers.reset(draft());
  shown_.clear();
  ++attempt_;
}

void StageModel::drop_shown(const CancelScope& scope) {
  reset_shown(parts_.watchers.wants_text() ? this : nullptr, scope);
}

void StageModel::spent(const std::string& target, const llm::Usage& usage) noexcept {
  if (usage != llm::Usage{}) spent_.push_back({target, usage, cost_of(target, usage)});
}

journal::Cost StageModel::cost_of(const std::string& target, const llm::Usage& usage) const {
  return parts_.prices.cost(target.empty() ? stage_->model->target() : target, usage, parts_.recorder.now());
}

// `Spent` entries go first, since the last entry says how the run stands.
Task<void> StageModel::commit(std::vector<journal::Payload> payloads, Boundary boundary) {
  auto spent = std::exchange(spent_, {});
  payloads.insert(payloads.begin(), spent.begin(), spent.end());
  return parts_.recorder.commit(std::move(payloads), boundary);
}

Task<void> StageModel::commit(journal::Payload payload, Boundary boundary) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(payload));
  return commit(std::move(payloads), boundary);
}

Task<llm::Response> StageModel::generate(llm::CallPosition call, std::uint32_t ordinal, std::string system,
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
  auto response = co_await ask_for_tool(std::move(request));
  journal::Generated entry{call, ordinal, std::move(digest), response, cost_of(response.target, response.usage)};
  co_await commit(std::move(entry), Boundary::plain);
  if (spending_) co_await spending_->pause();  // a run beside the tool may need what this one still holds
  co_return response;
}

Task<void> StageModel::pay(tool::PaidCall call) {
  const auto target = call.target;
  auto asked = spending_ ? spending_->pay(std::move(call)) : call.make();
  std::exception_ptr problem;
  try {
    spent(target, co_await asked);
  } catch (...) {
    problem = std::current_exception();
  }
  if (problem && spending_) co_await spending_->give_back_rest();
  if (problem) std::rethrow_exception(problem);
  if (!spent_.empty()) co_await commit(std::vector<journal::Payload>(), Boundary::plain);
  if (spending_) co_await spending_->pause();
}

Task<llm::Response> StageModel::ask_for_tool(llm::Request request) {
  auto model = spending_ ? spending_->metered(stage_->model, spec(), Spending::Made::beside) : stage_->model;
  auto on_retry = [this](std::string_view why) {
    parts_.watchers.delay("a tool's model call failed: " + std::string(why));
  };
  auto same = [request = std::move(request)] { return request; };
  std::exception_ptr problem;
  try {
    co_return co_await call_model(*model, std::move(same), nullptr, on_retry, parts_.random);
  } catch (...) {
    problem = std::current_exception();
  }
  if (spending_) co_await spending_->give_back_rest();
  std::rethrow_exception(problem);
}

}  // namespace executus::run
