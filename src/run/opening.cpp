#include "run/opening.hpp"

#include <utility>

#include <unistd.h>

#include <executus/async/timing.hpp>

#include "run/admission.hpp"

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

Error refusal(journal::AdmitVerdict verdict, const RunId& run) {
  if (verdict == journal::AdmitVerdict::erased)
    return failed("submission.erased", "run " + run.str() + " existed and was erased; choose another id");
  return failed("submission.conflict",
                "run " + run.str() + " exists already, with another agent or input; choose another id");
}

}  // namespace

tool::Toolbox Opening::toolbox_for(const Agent& agent) const {
  if (agent.declared_tools.empty()) return config_.registry->select(agent.tools).value();
  if (!config_.ports.declared_tools)
    throw failed("tool.declared",
                 "agent '" + agent.name + "' declares tools, but this host cannot build declared tools");
  tool::Registry all = *config_.registry;
  for (const auto& declaration : agent.declared_tools) all.add(config_.ports.declared_tools->make(declaration).value());
  return all.select(agent.tools).value();
}

LiveRun::Parts Opening::resolve(Agent agent) const {
  const auto& defaults = config_.defaults;
  auto model = config_.models->resolve(agent.model.empty() ? defaults.fallback_tier : agent.model).value();
  if (!model.model)
    throw failed("model.missing", "the model resolver returned no model for '" + agent.model + "'; fix the resolver");
  agent.model = std::move(model.spec);
  if (agent.max_iterations <= 0) agent.max_iterations = defaults.max_iterations;
  if (agent.max_runtime.count() <= 0) agent.max_runtime = defaults.max_runtime;
  if (agent.root.empty()) agent.root = working_directory();
  LiveRun::Parts parts;
  parts.toolbox = toolbox_for(agent);
  parts.specs = parts.toolbox.specs();
  parts.model = std::move(model.model);
  parts.agent = std::move(agent);
  return parts;
}

// What the stored definition remembers must be what this process has.
std::vector<std::string> Opening::missing_for(const Agent& agent) const {
  std::vector<std::string> missing;
  try {
    auto toolbox = toolbox_for(agent);
    for (const auto& stored : agent.resolved_tools) {
      const auto* tool = toolbox.find(stored.spec.name);
      if (!tool)
        missing.push_back("tool '" + stored.spec.name + "'");
      else if (tool->info().spec.parameters != stored.spec.parameters)
        missing.push_back("tool '" + stored.spec.name + "' with the arguments the run was started with");
    }
  } catch (...) {
    missing.push_back(current_error().message());
  }
  if (auto model = config_.models->resolve(agent.model); !model.ok()) missing.push_back(model.error().message());
  return missing;
}

// What a run needs no more once it lives is dropped: ten thousand of them may be waiting.
std::unique_ptr<LiveRun> Opening::make_live(LiveRun::Parts parts, journal::Checkpoint checkpoint,
                                            const Clock& clock) const {
  checkpoint.admitted = {};
  parts.agent.declared_tools = {};
  parts.agent.resolved_tools = {};
  parts.agent.description = {};
  parts.agent.tools = {};
  return std::make_unique<LiveRun>(std::move(parts), std::move(checkpoint), config_.defaults, config_.system_header,
                                   clock, config_.ports.observer, logger_);
}

[[gnu::noinline]] Task<Opened> Opening::submit(std::unique_ptr<Submission> submission) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  const Invocation& invocation = submission->invocation;
  auto parts = resolve(std::move(submission->agent));
  parts.id = invocation.run_id;
  parts.parent = invocation.parent.str();
  auto admission = admission_for(parts.agent, parts.toolbox, invocation, clock.wall());
  journal::Checkpoint checkpoint;
  journal::apply(checkpoint, admission.entry);
  if (config_.ports.journal && parts.agent.durability != Durability::memory) {
    auto admitted = co_await config_.ports.journal->admit(std::move(admission));
    if (admitted.verdict == journal::AdmitVerdict::exists) co_return co_await attach(std::move(admitted.row));
    if (admitted.verdict != journal::AdmitVerdict::created) throw refusal(admitted.verdict, parts.id);
    if (invocation.start == Invocation::Start::queued) co_return co_await answer_for(std::move(admitted.row));
    parts.worker = admitted.row.worker;
    parts.epoch = admitted.row.epoch;
    parts.checkpointer = make_journal_checkpointer(*config_.ports.journal, clock, std::move(admitted.row));
  }
  Opened opened;
  opened.live = make_live(std::move(parts), std::move(checkpoint), clock);
  co_return opened;
}

// The same id twice is one run: an ended one answers, one that nobody drives is taken up, a live one is waited for.
Task<Opened> Opening::attach(journal::RunRow row) {
  for (;;) {
    bool rests = is_terminal(row.status) || row.status == RunStatus::waiting || row.status == RunStatus::quarantined;
    if (rests) co_return co_await answer_for(std::move(row));
    if (auto claimed = co_await config_.ports.journal->claim(row.id, row.epoch))
      co_return co_await take_up(std::move(*claimed));
    co_await sleep_for(kAttachPoll);
    auto now = co_await config_.ports.journal->find(row.id);
    if (!now) throw refusal(journal::AdmitVerdict::erased, row.id);
    row = std::move(*now);
  }
}

[[gnu::noinline]] Task<Opened> Opening::take_up(journal::RunRow claimed) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto checkpoint = co_await load(claimed.id);
  auto parts = resolve(agent_from_json(checkpoint.admitted.agent).value());
  parts.id = claimed.id;
  parts.parent = claimed.parent;
  parts.worker = claimed.worker;
  parts.epoch = claimed.epoch;
  parts.attempts_before = claimed.attempts - 1;
  parts.claimed = true;
  parts.checkpointer = make_journal_checkpointer(*config_.ports.journal, clock, std::move(claimed));
  Opened opened;
  opened.live = make_live(std::move(parts), std::move(checkpoint), clock);
  co_return opened;
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
