#include "run/opening.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include <unistd.h>

#include <executus/async/timing.hpp>

#include "run/admission.hpp"
#include "run/cancelled_unopened.hpp"
#include "run/input_files.hpp"
#include "run/stored_tool.hpp"
#include "run/submit_tool.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kAttachPoll{1'000};
constexpr std::size_t kReadPage = 1'000;

std::string working_directory() {
  std::string path(4096, '\0');
  if (!::getcwd(path.data(), path.size()))
    throw failed("run.root", "the working directory cannot be read; give the agent a root");
  path.resize(path.find('\0'));
  return path;
}

// Waits. True: the scope was cancelled meanwhile.
Task<bool> cancelled_within(Milliseconds time) {
  TaskContext context = co_await this_task();
  try {
    co_await sleep_for(time);
  } catch (const Cancelled&) {
    co_return true;
  }
  co_return context.scope->cancelled();
}

void settle_all(llm::Conversation& conversation, const llm::Message& results) {
  for (const auto& result : results.tool_results)
    for (const auto& call : conversation.open_batch())
      if (call.call.id == result.call_id && !is_settled(call.state)) {
        conversation.settle(call.position, result.is_error ? llm::CallState::failed : llm::CallState::done, result);
        break;
      }
}

// A run that a snapshot host kept: its history, message by message, is its conversation.
void restore(journal::Checkpoint& checkpoint, const ResumeState& resume) {
  checkpoint.phases = resume.completed_phases;
  auto in_history = static_cast<int>(std::ranges::count(resume.history, llm::Role::assistant, &llm::Message::role));
  auto& conversation = checkpoint.conversation =
      llm::Conversation(static_cast<std::uint32_t>(std::max(0, resume.iteration - in_history)));
  if (resume.history.empty()) conversation.begin(checkpoint.opening);
  for (const auto& message : resume.history) {
    if (message.role == llm::Role::assistant)
      conversation.add_response({message, llm::FinishReason::stop, {}, ""});
    else if (message.role == llm::Role::tool)
      settle_all(conversation, message);
    else
      conversation.add(message);
  }
}

// What the tools need and this process does not have: secrets, mostly.
std::vector<std::string> lacking(const tool::Toolbox& toolbox) {
  std::vector<std::string> all;
  for (const auto& tool : toolbox.tools())
    for (const auto& what : tool->missing()) all.push_back("tool '" + tool->info().spec.name + "': " + what);
  return all;
}

// What a run was started with, and this process has not, or has otherwise.
std::vector<std::string> absent(const std::vector<StoredTool>& stored, const tool::Toolbox& toolbox) {
  std::vector<std::string> all;
  for (const auto& known : stored) {
    const auto* tool = toolbox.find(known.spec.name);
    if (!tool)
      all.push_back("tool '" + known.spec.name + "'");
    else if (tool->info().spec.parameters != known.spec.parameters)
      all.push_back("tool '" + known.spec.name + "' with the arguments the run was started with");
  }
  return all;
}

// A run that is only being started has no stored tools.
std::vector<std::string> missing_of(const LiveRun::Parts& parts) {
  auto all = absent(parts.agent.resolved_tools, parts.stage.toolbox);
  std::ranges::move(lacking(parts.stage.toolbox), std::back_inserter(all));
  std::ranges::copy(parts.missing, std::back_inserter(all));
  return all;
}

void require_complete(const LiveRun::Parts& parts) {
  auto all = missing_of(parts);
  if (all.empty()) return;
  std::string text = "the run cannot be driven here";
  for (const auto& what : all) text += "; " + what;
  throw failed("tool.missing", text);
}

// Whether an attempt to take a run up that ended like this was one: in other circumstances it may well go on.
bool attempt_counts(const Error& problem) {
  const auto& code = problem.code();
  bool is_lack = code == "tool.missing" || code == "tool.unknown" || code.starts_with("model.");
  return !is_lack && code != "async.cancelled" && code != "journal.newer" && !code.starts_with("store.");
}

Error refusal(journal::AdmitVerdict verdict, const RunId& run) {
  if (verdict == journal::AdmitVerdict::erased)
    return failed("submission.erased", "run " + run.str() + " existed and was erased; choose another id");
  return failed("submission.conflict",
                "run " + run.str() + " exists already, with another agent or input; choose another id");
}

}  // namespace

// What the agent names: of the registry, and what it declares itself.
tool::Toolbox Opening::own_tools(const Agent& agent) const {
  if (agent.declared_tools.empty()) return config_.registry->select(agent.tools).value();
  if (!config_.ports.declared_tools)
    throw failed("tool.declared",
                 "agent '" + agent.name + "' declares tools, but this host cannot build declared tools");
  tool::Registry all = *config_.registry;
  for (const auto& declaration : agent.declared_tools) all.add(config_.ports.declared_tools->make(declaration).value());
  return all.select(agent.tools).value();
}

void Opening::set_model(LiveRun::Parts& parts) const {
  auto& agent = parts.agent;
  auto model = config_.models->resolve(agent.model.empty() ? config_.defaults.fallback_tier : agent.model).value();
  if (!model.model)
    throw failed("model.missing", "the model resolver returned no model for '" + agent.model + "'; fix the resolver");
  agent.model = std::move(model.spec);
  if (agent.context_tokens <= 0 && config_.context_tokens) agent.context_tokens = config_.context_tokens(agent.model);
  if (agent.context_tokens <= 0) agent.context_tokens = model.context_tokens;
  parts.stage.model = std::move(model.model);
  parts.stage.attribution = std::move(model.attribution);
  parts.missing = std::move(model.missing);
  parts.stage.context_tokens = agent.context_tokens;
}

// Everything a run needs to live, from its agent. The toolbox: the agent's own tools, delegates, submit, the host's.
LiveRun::Parts Opening::resolve(Agent agent, const Invocation& invocation, WallTime started_at) const {
  const auto& defaults = config_.defaults;
  if (agent.max_iterations <= 0) agent.max_iterations = defaults.max_iterations;
  if (agent.max_runtime.count() <= 0) agent.max_runtime = defaults.max_runtime;
  if (agent.root.empty()) agent.root = working_directory();
  if (!agent.system_header) agent.system_header = config_.system_header;
  if (agent.resolved_delegates.empty()) agent.resolved_delegates = resolve_delegates(agent, config_.ports.palette);
  LiveRun::Parts parts;
  parts.agent = std::move(agent);
  set_model(parts);
  auto& toolbox = parts.stage.toolbox = own_tools(parts.agent);
  parts.agent.tools.clear();
  for (const auto& tool : toolbox.tools()) parts.agent.tools.push_back(tool->info().spec.name);
  for (auto& tool : delegation_tools(parts.agent.resolved_delegates)) toolbox.add(std::move(tool));
  if (parts.agent.submit_tool == Agent::SubmitTool::added && !toolbox.find("submit")) toolbox.add(make_submit_tool());
  parts.info = run_info(parts.agent, invocation, started_at);
  add_session(parts, invocation);
  parts.stage.specs = toolbox.specs();
  parts.stage.system = with_header(*parts.agent.system_header, parts.agent.system_prompt);
  parts.stage.max_steps = parts.agent.max_iterations;
  parts.delivery = invocation.delivery;
  parts.observer = invocation.observer;
  return parts;
}

// What cannot be stored: a fresh run brings it along, a resumed one gets it from the host.
void Opening::add_session(LiveRun::Parts& parts, const Invocation& invocation) const {
  SessionFactory factory = invocation.session;
  if (!factory && config_.ports.sessions) factory = config_.ports.sessions->for_run(parts.info);
  for (const auto& tool : invocation.extra_tools) parts.stage.toolbox.add(tool);
  if (!factory) return;
  parts.session = std::make_shared<SessionHub>(parts.info);
  parts.session_tools = HeldSession(factory(parts.session), logger_);
  for (const auto& tool : (*parts.session_tools).tools) parts.stage.toolbox.add(tool);
}

// What the stored definition remembers must be what this process has.
std::vector<std::string> Opening::missing_for(const Agent& agent) const {
  try {
    Invocation nobody;
    return missing_of(resolve(agent, nobody, {}));
  } catch (...) {
    return {current_error().message()};
  }
}

// What a run needs no more once it lives is dropped: ten thousand of them may be waiting.
std::unique_ptr<LiveRun> Opening::make_live(LiveRun::Parts parts, journal::Checkpoint checkpoint, Lineage lineage,
                                            std::vector<std::string> ancestors, const Clock& clock) const {
  checkpoint.admitted.agent = {};
  if (parts.agent.phases.empty()) {  // phases begin with it, and their prompts name its inputs
    checkpoint.admitted.invocation = {};
    checkpoint.opening = {};
  }
  parts.agent.declared_tools = {};
  parts.agent.resolved_tools = {};
  parts.agent.description = {};
  parts.agent.system_prompt = {};
  parts.agent.tools = {};
  parts.agent.skills = {};
  parts.agent.agents = {};
  parts.parent = lineage.parent;
  if (!parts.agent.resolved_delegates.empty()) {
    ancestors.push_back(parts.agent.id.empty() ? parts.agent.name : parts.agent.id);
    if (!lineage.guard) lineage.guard = DelegationGuard(std::move(ancestors), config_.delegation);
    parts.guard = std::move(lineage.guard);
  }
  return std::make_unique<LiveRun>(std::move(parts), std::move(checkpoint), config_, children_, clock, logger_);
}

[[gnu::noinline]] Task<Opened> Opening::submit(std::unique_ptr<Submission> submission, Lineage lineage) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  Invocation& invocation = submission->invocation;
  auto parts = resolve(std::move(submission->agent), invocation, clock.wall());
  require_complete(parts);
  auto files = co_await stage_files(config_.ports.input_files, invocation.run_id, std::move(invocation.files), logger_);
  auto admission = admission_for(parts.agent, parts.stage.toolbox, invocation, files, clock.wall());
  journal::Checkpoint checkpoint;
  journal::apply(checkpoint, admission.entry);
  bool durable = parts.agent.durability != Durability::memory;
  if (config_.ports.journal && durable) {
    auto admitted = co_await config_.ports.journal->admit(std::move(admission));
    if (admitted.verdict == journal::AdmitVerdict::exists)
      co_return co_await attach(
          std::move(admitted.row), std::move(lineage),
          {std::move(invocation.extra_tools), std::move(invocation.session), std::move(invocation.observer)});
    if (admitted.verdict != journal::AdmitVerdict::created) throw refusal(admitted.verdict, invocation.run_id);
    if (invocation.start == Invocation::Start::queued) co_return co_await answer_for(std::move(admitted.row));
    parts.worker = admitted.row.worker;
    parts.epoch = admitted.row.epoch;
    parts.checkpointer = make_journal_checkpointer(*config_.ports.journal, clock, std::move(admitted.row));
  } else if (invocation.resume) {
    parts.checkpointer = invocation.resume->checkpointer;
    restore(checkpoint, *invocation.resume);
  } else if (config_.ports.checkpointers && durable) {
    parts.checkpointer = co_await begin_snapshots(parts.info, admission.entry);
  }
  Opened opened;
  opened.live = make_live(std::move(parts), std::move(checkpoint), std::move(lineage), invocation.ancestors, clock);
  co_return opened;
}

Task<std::shared_ptr<Checkpointer>> Opening::begin_snapshots(const RunInfo& info, const journal::Entry& admitted) {
  std::shared_ptr<Checkpointer> checkpointer;
  std::optional<Error> problem;
  try {
    checkpointer = co_await config_.ports.checkpointers->begin(info);
    std::vector<journal::Entry> first{admitted};
    if (checkpointer) co_await checkpointer->append(std::move(first), Durable::awaited, Boundary::plain, {});
  } catch (...) {
    problem = current_error();
  }
  if (!problem) co_return checkpointer;
  if (config_.ports.on_begin_failure == OnBeginFailure::refuse) throw *problem;
  logger_.log(LogLevel::warn, "run " + info.run.str() + " is not durable: " + problem->message());
  co_return nullptr;
}

Task<Opened> Opening::attach(journal::RunRow row, Lineage lineage, Companions companions) {
  for (;;) {
    bool rests = is_terminal(row.status) || row.status == RunStatus::waiting || row.status == RunStatus::quarantined;
    if (rests) co_return co_await answer_for(std::move(row));
    if (auto claimed = co_await config_.ports.journal->claim(row.id, row.epoch))
      co_return co_await take_up(std::move(*claimed), std::move(lineage), std::move(companions));
    if (co_await cancelled_within(kAttachPoll)) co_return stays_elsewhere(std::move(row));
    auto now = co_await config_.ports.journal->find(row.id);
    if (!now) throw refusal(journal::AdmitVerdict::erased, row.id);
    if (lineage.parent && now->last_seq != row.last_seq) lineage.parent->child_progress();
    row = std::move(*now);
  }
}

// Whoever stops waiting for a run of somebody else's has not ended it.
Opened Opening::stays_elsewhere(journal::RunRow row) {
  Opened opened;
  opened.answer = std::make_unique<RunOutcome>();
  auto& outcome = *opened.answer;
  outcome.run_id = row.id;
  outcome.status = row.status;
  outcome.agent = row.agent;
  outcome.parent = row.parent;
  outcome.attempts = row.attempts;
  outcome.reason = "another process drives it";
  return opened;
}

Task<Opened> Opening::take_up(journal::RunRow claimed, Lineage lineage, Companions companions) {
  std::exception_ptr thrown;
  std::optional<Error> problem;
  try {
    co_return co_await open_claimed(claimed, std::move(lineage), std::move(companions));
  } catch (...) {
    thrown = std::current_exception();
    problem = current_error();
  }
  if (co_await ends_as_cancelled(claimed)) {
    auto row = co_await config_.ports.journal->find(claimed.id);
    co_return co_await answer_for(std::move(*row));
  }
  co_await give_back(std::move(claimed), std::move(*problem));
  std::rethrow_exception(thrown);
}

Task<void> Opening::set_down(journal::RunRow claimed, Error problem) {
  if (problem.code() == "journal.malformed")
    return config_.ports.journal->quarantine(claimed.id, claimed.epoch, problem.message());
  return config_.ports.journal->release(claimed.id, claimed.epoch, attempt_counts(problem));
}

Task<void> Opening::give_back(journal::RunRow claimed, Error problem) {
  try {
    co_await detached_for(Milliseconds(10'000), set_down(claimed, std::move(problem)), "giving a run back");
  } catch (...) {
    logger_.log(LogLevel::error, "run " + claimed.id.str() + " could not be given back: " + current_error().message());
  }
}

// A run that cannot be opened here can still be cancelled. False: nobody asked for that, or it cannot be done now.
Task<bool> Opening::ends_as_cancelled(journal::RunRow claimed) {
  TaskContext context = co_await this_task();
  try {
    auto commands = co_await config_.ports.journal->inbox(claimed.id);
    if (!asks_to_cancel(commands)) co_return false;
    auto checkpoint = co_await load(claimed.id);
    auto checkpointer =
        make_journal_checkpointer(*config_.ports.journal, context.strand->loop().clock(), std::move(claimed));
    auto appended = co_await checkpointer->fail(entries_of_cancelled(checkpoint, context.strand->loop().clock().wall()),
                                                ids_of(commands));
    co_return appended.verdict == journal::AppendVerdict::appended;
  } catch (...) {
    co_return false;  // what kept it from being opened is said
  }
}

[[gnu::noinline]] Task<Opened> Opening::open_claimed(journal::RunRow claimed, Lineage lineage, Companions companions) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto checkpoint = co_await load(claimed.id);
  auto invocation = stored_invocation(claimed.id, checkpoint.admitted.invocation);
  invocation.extra_tools = std::move(companions.extra_tools);
  invocation.session = std::move(companions.session);
  invocation.observer = std::move(companions.observer);
  auto parts = resolve(agent_from_json(checkpoint.admitted.agent).value(), invocation, claimed.created);
  require_complete(parts);
  parts.stage.toolbox = as_stored(parts.stage.toolbox, parts.agent.resolved_tools);
  parts.stage.specs = parts.stage.toolbox.specs();
  parts.worker = claimed.worker;
  parts.epoch = claimed.epoch;
  parts.attempts_before = claimed.attempts - 1;
  parts.claimed = true;
  parts.checkpointer = make_journal_checkpointer(*config_.ports.journal, clock, std::move(claimed));
  Opened opened;
  opened.live = make_live(std::move(parts), std::move(checkpoint), std::move(lineage), invocation.ancestors, clock);
  co_return opened;
}

journal::Admission Opening::child_admission(const Agent& agent, const Invocation& invocation,
                                            const Clock& clock) const {
  auto parts = resolve(agent, invocation, clock.wall());
  require_complete(parts);
  return admission_for(parts.agent, parts.stage.toolbox, invocation, "", clock.wall());
}

Task<journal::Checkpoint> Opening::load(RunId run) {
  journal::Checkpoint checkpoint;
  for (;;) {
    auto entries = co_await config_.ports.journal->read(run, checkpoint.last_seq, kReadPage);
    for (const auto& entry : entries) journal::apply(checkpoint, entry);
    if (entries.size() < kReadPage) co_return checkpoint;
  }
}

Task<Opened> Opening::answer_for(journal::RunRow row) {
  auto checkpoint = co_await load(row.id);
  Agent agent = agent_from_json(checkpoint.admitted.agent).value();
  auto outcome = std::make_unique<RunOutcome>(outcome_of(row.id, checkpoint, agent.resolved_tools));
  outcome->status = row.status;
  outcome->reason = row.reason;
  outcome->agent = row.agent;
  outcome->parent = row.parent;
  outcome->attempts = row.attempts;
  Opened opened;
  opened.answer = std::move(outcome);
  co_return opened;
}

}  // namespace executus::run
