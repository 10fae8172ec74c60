#include <utility>

#include <boost/json.hpp>

#include <executus/agent/loop.hpp>
#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>
#include <executus/run/outcome.hpp>

namespace executus {
namespace {

namespace json = boost::json;

std::string effect_of(const std::string& tool, const journal::Checkpoint& checkpoint,
                      const std::vector<DefinedTool>& tools) {
  for (const auto& stored : tools)
    if (stored.spec.name == tool) return std::string(to_string(stored.effect));
  if (!checkpoint.offered) return "";
  for (const auto& offer : checkpoint.offered->offers)
    for (const auto& offered : offer.tools)
      if (offered.name == tool) return offered.effect;
  return "";
}

RunStatus status_of(const journal::Checkpoint& checkpoint) {
  if (checkpoint.ended) return checkpoint.ended->status;
  if (checkpoint.waiting) return RunStatus::waiting;
  return checkpoint.attempts > checkpoint.attempts_before ? RunStatus::running : RunStatus::queued;
}

// The last that the model said, as far as it was shown.
std::string last_said(const journal::Checkpoint& checkpoint) {
  if (checkpoint.cut) return *checkpoint.cut;
  const auto& conversation = checkpoint.conversation;
  return agent::final_text(conversation.transcript(), conversation.began_with());
}

// A call by its position: the provider makes call ids, so they differ between two runs that do the same.
class PositionOfCall {
 public:
  void enter(const llm::Message& message) {
    if (message.role == llm::Role::assistant) calls_ = &message.tool_calls, ++response_;
  }
  std::string name(std::size_t index) const { return std::to_string(response_) + "." + std::to_string(index); }

 private:
  const std::vector<llm::ToolCall>* calls_ = nullptr;
  int response_ = -1;
};

struct CanonicalPart {
  std::optional<json::value> operator()(const llm::Text& part) const { return json::value{{"text", part.text}}; }
  std::optional<json::value> operator()(const llm::Image& part) const {
    return json::value{{"image", sha256_hex(part.bytes)}};
  }
  std::optional<json::value> operator()(const llm::Opaque&) const { return std::nullopt; }
};

json::object canonical_message(const llm::Message& message, const PositionOfCall& position) {
  json::array parts, calls, results;
  for (const auto& part : message.parts)
    if (auto canonical = std::visit(CanonicalPart{}, part)) parts.push_back(std::move(*canonical));
  for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
    const auto& call = message.tool_calls[i];
    calls.push_back(json::object{{"id", position.name(i)}, {"name", call.name}, {"arguments", call.arguments}});
  }
  for (std::size_t i = 0; i < message.tool_results.size(); ++i) {
    const auto& result = message.tool_results[i];
    json::array images;
    for (const auto& image : result.images) images.emplace_back(sha256_hex(image.bytes));
    results.push_back(json::object{
        {"id", position.name(i)}, {"text", result.text}, {"images", std::move(images)}, {"error", result.is_error}});
  }
  return {{"role", to_string(message.role)},
          {"parts", std::move(parts)},
          {"calls", std::move(calls)},
          {"results", std::move(results)}};
}

}  // namespace

RunOutcome outcome_of(const RunId& run, const journal::Checkpoint& checkpoint, const std::vector<DefinedTool>& tools) {
  RunOutcome outcome;
  outcome.run_id = run;
  outcome.status = status_of(checkpoint);
  if (checkpoint.waiting) {
    outcome.reason = to_string(checkpoint.waiting->reason);
    outcome.wake_at = checkpoint.waiting->wake_at;
    outcome.signals = checkpoint.waiting->signals;
  }
  if (checkpoint.ended) {
    outcome.output = checkpoint.ended->output;
    outcome.error = checkpoint.ended->error;
    outcome.error_code = checkpoint.ended->error_code;
    outcome.reason = checkpoint.ended->reason;
    if (outcome.output.empty()) outcome.output = last_said(checkpoint);
  }
  if (checkpoint.admitted.continues) outcome.continues = checkpoint.admitted.continues->run;
  outcome.finish = checkpoint.finish;
  outcome.iterations = static_cast<int>(checkpoint.conversation.responses());
  outcome.attempts = checkpoint.attempts;
  outcome.usage = checkpoint.conversation.usage();
  outcome.usage += checkpoint.side_usage;
  outcome.unanswered_usage = checkpoint.spent;
  outcome.runs_below = checkpoint.runs_below;
  outcome.messages = checkpoint.conversation.earlier();
  outcome.messages.append(checkpoint.conversation.transcript());
  outcome.inherited_messages = checkpoint.inherited;
  if (checkpoint.cut) outcome.messages.push_back(journal::cut_message(*checkpoint.cut));
  outcome.phases = checkpoint.phases;
  outcome.artifacts = checkpoint.artifacts;
  outcome.unheard = checkpoint.unheard;
  for (const auto& call : checkpoint.conversation.calls()) {
    outcome.activities.push_back(activity_of(call));
    outcome.tool_calls.push_back({call.call.id, call.call.name, effect_of(call.call.name, checkpoint, tools),
                                  call.state, call.dispatches, call.key});
  }
  return outcome;
}

RunOutcome outcome_of(const journal::RunRow& row) {
  RunOutcome outcome;
  outcome.run_id = row.id;
  outcome.status = row.status;
  outcome.reason = row.reason;
  outcome.wake_at = row.wake_at;
  outcome.signals = row.signals;
  outcome.agent = row.agent;
  outcome.parent = row.parent;
  outcome.continues = row.continues;
  outcome.attempts = row.attempts;
  return outcome;
}

RunOutcome outcome_of(const journal::RunRow& row, const journal::Checkpoint& checkpoint,
                      const std::vector<DefinedTool>& tools) {
  auto outcome = outcome_of(row.id, checkpoint, tools);
  if (!is_terminal(outcome.status)) {
    outcome.status = row.status;
    outcome.reason = row.reason;
    outcome.wake_at = row.wake_at;
    outcome.signals = row.signals;
  }
  outcome.agent = row.agent;
  outcome.parent = row.parent;
  outcome.attempts = row.attempts;
  return outcome;
}

std::string digest_of(const RunOutcome& outcome) {
  json::array messages;
  PositionOfCall position;
  for (const auto& message : outcome.messages) {
    position.enter(message);
    messages.push_back(canonical_message(message, position));
  }
  json::array phases;
  for (const auto& phase : outcome.phases)
    phases.push_back(json::object{{"name", phase.name}, {"output", phase.output}});
  json::object content{{"version", 1},
                       {"messages", std::move(messages)},
                       {"phases", std::move(phases)},
                       {"output", outcome.output},
                       {"status", to_string(outcome.status)},
                       {"input_tokens", outcome.usage.input - outcome.unanswered_usage.input},
                       {"output_tokens", outcome.usage.output - outcome.unanswered_usage.output}};
  return sha256_hex(canonical_json(content));
}

}  // namespace executus
