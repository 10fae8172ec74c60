#include "run/calls/delegation.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/template_text.hpp"
#include "run/definition/inputs.hpp"
#include "run/definition/sub_agents.hpp"

namespace executus::run {
namespace {

boost::json::object prompt_parameters() {
  return {{"type", "object"},
          {"properties", {{"prompt", {{"type", "string"}, {"description", "What to do, with all it needs to know."}}}}},
          {"required", boost::json::array{"prompt"}},
          {"additionalProperties", false}};
}

// What stands in the toolbox for a delegate: the model sees it, the dispatcher never calls it.
class DelegateTool final : public tool::Tool {
 public:
  explicit DelegateTool(const DefinedDelegate& delegate) {
    info_.spec = {tool_name_of(delegate), delegate.description, delegate.parameters};
    info_.effect = tool::Effect::keyed;
    info_.order = tool::Order::parallel;
    info_.kind = delegate.kind == DefinedDelegate::Kind::skill ? "skill" : "agent";
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override {
    throw failed("tool.delegation", "'" + info_.spec.name + "' only works inside a run");
    co_return tool::Outcome{};
  }

 private:
  tool::ToolInfo info_;
};

// The first of a name counts.
void add_delegate(std::vector<DefinedDelegate>& found, DefinedDelegate delegate) {
  if (!find_delegate(found, tool_name_of(delegate))) found.push_back(std::move(delegate));
}

DefinedDelegate delegate_of(DefinedDelegate::Kind kind, const std::string& name, SubAgent entry,
                            const std::optional<std::string>& system_header) {
  check_sub_agents(entry.agent);
  if (entry.parameters.empty()) entry.parameters = prompt_parameters();
  entry.agent.system_header = system_header;
  return {kind, name, entry.agent.description, std::move(entry.parameters), executus::to_json(entry.agent)};
}

void add_delegates(std::vector<DefinedDelegate>& found, DefinedDelegate::Kind kind,
                   const std::vector<std::string>& names, const std::optional<std::string>& system_header,
                   const std::function<std::optional<SubAgent>(std::string_view)>& look_up) {
  for (const auto& name : names) {
    if (name.empty() || find_delegate(found, tool_name_of(kind, name))) continue;
    if (auto entry = look_up(name)) add_delegate(found, delegate_of(kind, name, std::move(*entry), system_header));
  }
}

// A prompt that cannot be rendered is sent as it is.
std::string with_inputs(const std::string& prompt, const boost::json::object& inputs) {
  TemplateVariables variables;
  add_input_variables(variables, inputs);
  auto rendered = render_template(prompt, variables);
  return rendered.ok() ? *rendered : prompt;
}

// The id of its agent, which is stored where there is one, or the name.
std::string subject_of(const DefinedDelegate& delegate) {
  const auto* id = delegate.agent.if_contains("id");
  return std::string((id ? *id : delegate.agent.at("name")).as_string());
}

}  // namespace

std::string tool_name_of(const DefinedDelegate& delegate) { return tool_name_of(delegate.kind, delegate.name); }

const DefinedDelegate* find_delegate(const std::vector<DefinedDelegate>& delegates, std::string_view tool) {
  auto found = std::ranges::find(delegates, tool, [](const auto& delegate) { return tool_name_of(delegate); });
  return found == delegates.end() ? nullptr : &*found;
}

std::vector<DefinedDelegate> resolve_delegates(const Agent& agent, SubAgents* sub_agents, std::string_view caller) {
  std::vector<DefinedDelegate> found;
  using Kind = DefinedDelegate::Kind;
  for (const auto& value : agent.sub_agents)
    add_delegate(found, delegate_of(Kind::agent, value.name, {value, {}}, agent.system_header));
  for (const auto& resolved : agent.resolved_delegates) add_delegate(found, resolved);
  if (!sub_agents || !agent.resolved_delegates.empty()) return found;
  add_delegates(found, Kind::skill, agent.skills, agent.system_header,
                [&](std::string_view name) { return sub_agents->skill(name, caller); });
  add_delegates(found, Kind::agent, agent.agents, agent.system_header,
                [&](std::string_view name) { return sub_agents->agent(name, caller); });
  return found;
}

std::vector<std::shared_ptr<tool::Tool>> delegation_tools(const std::vector<DefinedDelegate>& delegates) {
  std::vector<std::shared_ptr<tool::Tool>> tools;
  for (const auto& delegate : delegates) tools.push_back(std::make_shared<DelegateTool>(delegate));
  return tools;
}

tool::Outcome outcome_for_parent(const RunOutcome& child) {
  if (child.ok()) return tool::Done{child.output, {}};
  std::string text = "the run ended with status " + std::string(to_string(child.status));
  if (!child.error.empty()) text += ": " + child.error;
  if (!child.output.empty()) text += "\nIts output so far:\n" + child.output;
  return tool::Failed{std::move(text)};
}

Delegation::Delegation(std::vector<DefinedDelegate> delegates, RunInfo parent, DelegationBounds bounds,
                       Durability durability, std::span<const llm::CallRecord> so_far, ChildRuns& runs,
                       Watchers& watchers)
    : delegates_(std::move(delegates)),
      parent_(std::move(parent)),
      bounds_(std::move(bounds)),
      durability_(durability),
      runs_(runs),
      watchers_(watchers) {
  for (const auto& call : so_far) count(call);
}

// A child is created with its call's intent: what was refused has none.
void Delegation::count(const llm::CallRecord& call) {
  const auto* delegate = find(call.call.name);
  if (!delegate || !call.intent_at) return;
  if (call.mapped && is_settled(call.state)) return;
  auto child = reentered(call.mapped, subject_of(*delegate));
  if (is_settled(call.state)) bounds_.count(call.runs_below);
  if (!is_settled(call.state)) entered_.emplace(call.position, std::move(child));
}

bool Delegation::answers_with_value(std::string_view tool) const {
  const auto* delegate = find(tool);
  return delegate && delegate->agent.contains("output");
}

DelegationBounds Delegation::reentered(bool mapped, std::string subject) const {
  if (!mapped) return bounds_.reenter(std::move(subject));
  auto chain = bounds_.chain();
  chain.push_back(std::move(subject));
  return DelegationBounds(std::move(chain), bounds_.limits());
}

std::optional<std::string> Delegation::refusal(const llm::CallRecord& call, const boost::json::object& arguments) {
  if (entered_.contains(call.position)) return std::nullopt;
  const auto& delegate = *find(call.call.name);
  auto problems = validate(delegate.parameters, arguments);
  if (!problems.empty()) return "the arguments do not fit: " + problems.front();
  auto subject = subject_of(delegate);
  auto entered = call.mapped ? bounds_.enter_mapped(std::move(subject)) : bounds_.enter(std::move(subject));
  if (!entered.ok()) return entered.error().message();
  entered_.emplace(call.position, std::move(*entered));
  return std::nullopt;
}

// A child lives as its parent does: same caller, channel, attributes, priority and queue, as durable as the parent.
Delegation::Child Delegation::child_of(const tool::Call& call, const DefinedDelegate& delegate) const {
  Child child{agent_from_json(delegate.agent).value(), {}};
  child.agent.durability = durability_;
  for (const auto& run : parent_.budgets) child.agent.budgets_above.push_back(run.str());
  if (child.agent.root.empty()) child.agent.root = call.root;
  auto& invocation = child.invocation;
  invocation.run_id = *RunId::parse(call.idempotency_key);
  invocation.caller = parent_.caller;
  invocation.channel = parent_.channel;
  invocation.attributes = parent_.attributes;
  invocation.priority = parent_.priority;
  invocation.queue = parent_.queue;
  invocation.parent = parent_.run;
  invocation.ancestors = bounds_.chain();
  invocation.start = Invocation::Start::queued;
  if (delegate.kind == DefinedDelegate::Kind::skill) {
    auto inputs = with_defaults(delegate.parameters, call.arguments);
    invocation.inputs = with_absent(delegate.parameters, std::move(inputs));
    child.agent.system_prompt = with_inputs(child.agent.system_prompt, invocation.inputs);
  }
  const auto* prompt = call.arguments.if_contains("prompt");
  invocation.prompt = prompt && prompt->is_string() ? std::string(prompt->as_string()) : write_json(call.arguments);
  return child;
}

std::optional<journal::Admission> Delegation::admission(const tool::Call& call, std::string_view tool,
                                                        const Clock& clock) const {
  auto child = child_of(call, *find(tool));
  return runs_.child_admission(child.agent, child.invocation, clock);
}

Task<std::optional<journal::QueueLimit>> Delegation::limit() const { return runs_.limit_on(parent_.run); }

Task<std::optional<Delegation::Ended>> Delegation::run(tool::Call call, llm::CallPosition position, std::string tool) {
  TaskContext context = co_await this_task();
  auto child = child_of(call, *find(tool));
  auto outcome =
      co_await runs_.run_child(std::move(child.agent), std::move(child.invocation), entered_.at(position), watchers_);
  context.scope->throw_if_cancelled();  // then the child's end is not the call's
  if (!is_terminal(outcome.status)) co_return std::nullopt;
  co_return Ended{outcome_for_parent(outcome), outcome.runs_below};
}

}  // namespace executus::run
