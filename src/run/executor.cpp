#include <cstdlib>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <boost/json.hpp>
#include <unistd.h>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/base/digest.hpp>
#include <executus/run/executor.hpp>

#include "run/live_run.hpp"
#include "run/stored_tools.hpp"

namespace executus {
namespace {

constexpr Milliseconds kAttachPoll{1'000};
constexpr std::size_t kReadPage = 1'000;

RunOutcome refused(const RunId& run, const Agent& agent, const Error& why) {
  RunOutcome outcome;
  outcome.run_id = run;
  outcome.agent = agent.name;
  outcome.status = RunStatus::error;
  outcome.error = why.message();
  outcome.error_code = why.code();
  return outcome;
}

std::string working_directory() {
  std::string path(4096, '\0');
  if (!::getcwd(path.data(), path.size()))
    throw failed("run.root", "the working directory cannot be read; give the agent a root");
  path.resize(path.find('\0'));
  return path;
}

boost::json::object invocation_json(const Invocation& invocation) {
  return {{"caller", invocation.caller},
          {"channel", invocation.channel},
          {"guild", invocation.guild},
          {"parent", invocation.parent.str()},
          {"inputs", invocation.inputs}};
}

// Blank input with images has no empty text part.
llm::Message opening_message(const Invocation& invocation) {
  llm::Message message;
  if (!invocation.prompt.empty() || invocation.images.empty()) message.parts.push_back(llm::Text{invocation.prompt});
  for (const auto& image : invocation.images) message.parts.push_back(image);
  return message;
}

}  // namespace

class Executor::Impl {
 public:
  explicit Impl(ExecutorConfig config)
      : config_(std::move(config)), logger_(config_.logger ? *config_.logger : null_logger()) {
    const Defaults fallback;
    auto& d = config_.defaults;
    if (d.max_iterations <= 0) d.max_iterations = fallback.max_iterations;
    if (d.max_runtime.count() <= 0) d.max_runtime = fallback.max_runtime;
    if (d.fallback_tier.empty()) d.fallback_tier = fallback.fallback_tier;
    if (d.max_consecutive_tool_errors <= 0) d.max_consecutive_tool_errors = fallback.max_consecutive_tool_errors;
    if (d.max_same_tool_call_repeats <= 0) d.max_same_tool_call_repeats = fallback.max_same_tool_call_repeats;
  }

  Task<RunOutcome> run(Agent agent, Invocation invocation);
  Task<RunOutcome> resume(journal::RunRow claimed);
  std::vector<std::string> missing_for(const Agent& agent) const;
  void nudge(const RunId& run);

 private:
  using LiveRun = run::LiveRun;

  Task<RunOutcome> start(Agent agent, Invocation invocation);
  Task<RunOutcome> continue_run(journal::RunRow claimed);
  Task<RunOutcome> attach(journal::RunRow row);
  Task<RunOutcome> stored_outcome(journal::RunRow row);
  Task<RunOutcome> drive(LiveRun::Parts parts);
  Task<journal::Checkpoint> load(RunId run);

  LiveRun::Parts open(Agent& agent) const;  // fills in what a definition needs to be stored; throws Error
  tool::Toolbox toolbox_for(const Agent& agent) const;
  journal::Admission admission_for(const LiveRun::Parts& parts, const Invocation& invocation) const;
  llm::ToolSpecs shared_specs(const tool::Toolbox& toolbox);
  bool durable(const Agent& agent) const { return config_.ports.journal && agent.durability != Durability::memory; }

  ExecutorConfig config_;
  Logger& logger_;
  struct Live {
    LiveRun* run;
    TaskGroup* group;
    std::shared_ptr<Strand> strand;
  };
  std::mutex mutex_;
  std::unordered_map<RunId, Live> live_;
};

tool::Toolbox Executor::Impl::toolbox_for(const Agent& agent) const {
  if (agent.declared_tools.empty()) return config_.registry->select(agent.tools).value();
  tool::Registry all = *config_.registry;
  for (const auto& declaration : agent.declared_tools) {
    if (!config_.ports.declared_tools)
      throw failed("tool.declared",
                   "agent '" + agent.name + "' declares tools, but this host cannot build declared tools");
    all.add(config_.ports.declared_tools->make(declaration).value());
  }
  return all.select(agent.tools).value();
}

run::LiveRun::Parts Executor::Impl::open(Agent& agent) const {
  const auto& defaults = config_.defaults;
  auto model = config_.models->resolve(agent.model.empty() ? defaults.fallback_tier : agent.model).value();
  if (!model.model)
    throw failed("model.missing", "the model resolver returned no model for '" + agent.model + "'; fix the resolver");
  LiveRun::Parts parts;
  parts.toolbox = toolbox_for(agent);
  parts.model = std::move(model.model);
  agent.model = std::move(model.spec);
  if (agent.max_iterations <= 0) agent.max_iterations = defaults.max_iterations;
  if (agent.max_runtime.count() <= 0) agent.max_runtime = defaults.max_runtime;
  if (agent.root.empty()) agent.root = working_directory();
  return parts;
}

// Names only; and what the stored definition remembers must be what this process has.
std::vector<std::string> Executor::Impl::missing_for(const Agent& agent) const {
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

journal::Admission Executor::Impl::admission_for(const LiveRun::Parts& parts, const Invocation& invocation) const {
  Agent stored = parts.agent;
  stored.tools.clear();
  stored.resolved_tools = run::stored_tools(parts.toolbox);
  for (const auto& tool : stored.resolved_tools) stored.tools.push_back(tool.spec.name);
  journal::Admitted admitted{to_json(stored), invocation_json(invocation), {opening_message(invocation)}};
  journal::Admission admission;
  admission.id = parts.id;
  admission.agent = stored.name;
  admission.caller = invocation.caller;
  admission.parent = invocation.parent.str();
  admission.durability = stored.durability;
  admission.start = invocation.start == Invocation::Start::queued ? journal::Start::queued : journal::Start::owned;
  journal::Payload payload = std::move(admitted);
  admission.fingerprint = sha256_hex(journal::encode(payload));
  admission.entry.seq = 1;
  admission.entry.payload = std::move(payload);
  return admission;
}

Task<RunOutcome> Executor::Impl::run(Agent agent, Invocation invocation) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  if (invocation.run_id.empty()) invocation.run_id = RunId::generate(clock);
  RunId id = invocation.run_id;
  std::string name = agent.name;
  std::optional<Error> problem;
  try {
    co_return co_await start(std::move(agent), std::move(invocation));
  } catch (...) {
    problem = current_error();
  }
  Agent unnamed;
  unnamed.name = std::move(name);
  co_return refused(id, unnamed, *problem);
}

Task<RunOutcome> Executor::Impl::start(Agent agent, Invocation invocation) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto parts = open(agent);
  parts.id = invocation.run_id;
  parts.parent = invocation.parent.str();
  parts.agent = std::move(agent);
  auto admission = admission_for(parts, invocation);
  admission.entry.at = clock.wall();
  journal::Entry first = admission.entry;
  if (durable(parts.agent)) {
    auto admitted = co_await config_.ports.journal->admit(std::move(admission));
    if (admitted.verdict == journal::AdmitVerdict::conflict)
      throw failed("submission.conflict",
                   "run " + parts.id.str() + " exists already, with another agent or input; choose another id");
    if (admitted.verdict == journal::AdmitVerdict::erased)
      throw failed("submission.erased", "run " + parts.id.str() + " existed and was erased; choose another id");
    if (admitted.verdict == journal::AdmitVerdict::exists) co_return co_await attach(std::move(admitted.row));
    if (invocation.start == Invocation::Start::queued) co_return co_await stored_outcome(std::move(admitted.row));
    parts.worker = admitted.row.worker;
    parts.epoch = admitted.row.epoch;
    parts.checkpointer = make_journal_checkpointer(*config_.ports.journal, clock, std::move(admitted.row));
  }
  journal::apply(parts.checkpoint, first);
  co_return co_await drive(std::move(parts));
}

// The same id twice is one run: an ended one answers, one that nobody drives is taken up, a live one is waited for.
Task<RunOutcome> Executor::Impl::attach(journal::RunRow row) {
  for (;;) {
    bool settled = is_terminal(row.status) || row.status == RunStatus::waiting || row.status == RunStatus::quarantined;
    if (settled) co_return co_await stored_outcome(std::move(row));
    if (auto claimed = co_await config_.ports.journal->claim(row.id, row.epoch))
      co_return co_await resume(std::move(*claimed));
    co_await sleep_for(kAttachPoll);
    auto now = co_await config_.ports.journal->find(row.id);
    if (!now) throw failed("submission.erased", "run " + row.id.str() + " was erased");
    row = std::move(*now);
  }
}

Task<journal::Checkpoint> Executor::Impl::load(RunId run) {
  journal::Checkpoint checkpoint;
  for (;;) {
    auto entries = co_await config_.ports.journal->read(run, checkpoint.last_seq, kReadPage);
    if (entries.empty()) co_return checkpoint;
    for (const auto& entry : entries) journal::apply(checkpoint, entry);
  }
}

Task<RunOutcome> Executor::Impl::stored_outcome(journal::RunRow row) {
  auto checkpoint = co_await load(row.id);
  Agent agent = agent_from_json(checkpoint.admitted.agent).value();
  auto outcome = outcome_of(row.id, checkpoint, agent.resolved_tools);
  outcome.status = row.status;
  outcome.reason = row.reason;
  outcome.agent = row.agent;
  outcome.parent = row.parent;
  outcome.attempts = row.attempts;
  co_return outcome;
}

Task<RunOutcome> Executor::Impl::resume(journal::RunRow claimed) {
  RunId id = claimed.id;
  std::int64_t epoch = claimed.epoch;
  std::string name = claimed.agent;
  std::optional<Error> problem;
  try {
    co_return co_await continue_run(std::move(claimed));
  } catch (...) {
    problem = current_error();
  }
  // It could not even be opened: left for recovery, and the attempt counts, so that quarantine ends a hopeless run.
  logger_.log(LogLevel::error, "run " + id.str() + " could not be continued: " + problem->message());
  try {
    co_await detached_for(Milliseconds(10'000), config_.ports.journal->release(id, epoch, true), "giving a run back");
  } catch (...) {
    logger_.log(LogLevel::error, "run " + id.str() + " could not be given back: " + current_error().message());
  }
  Agent unnamed;
  unnamed.name = std::move(name);
  auto outcome = refused(id, unnamed, *problem);
  outcome.status = RunStatus::running;
  outcome.reason = problem->message();
  outcome.error.clear();
  co_return outcome;
}

Task<RunOutcome> Executor::Impl::continue_run(journal::RunRow claimed) {
  TaskContext context = co_await this_task();
  auto checkpoint = co_await load(claimed.id);
  Agent agent = agent_from_json(checkpoint.admitted.agent).value();
  auto parts = open(agent);
  parts.id = claimed.id;
  parts.parent = claimed.parent;
  parts.agent = std::move(agent);
  parts.worker = claimed.worker;
  parts.epoch = claimed.epoch;
  parts.checkpoint = std::move(checkpoint);
  parts.claimed = true;
  int attempts = claimed.attempts;
  parts.checkpointer =
      make_journal_checkpointer(*config_.ports.journal, context.strand->loop().clock(), std::move(claimed));
  auto outcome = co_await drive(std::move(parts));
  outcome.attempts = attempts;
  co_return outcome;
}

// Runs of one agent share the tool specs that every request carries.
llm::ToolSpecs Executor::Impl::shared_specs(const tool::Toolbox& toolbox) { return toolbox.specs(); }

Task<RunOutcome> Executor::Impl::drive(LiveRun::Parts parts) {
  TaskContext context = co_await this_task();
  parts.specs = shared_specs(parts.toolbox);
  parts.checkpoint.admitted = {};
  LiveRun live(std::move(parts), config_.defaults, config_.system_header, context.strand->loop().clock(),
               config_.ports.observer, logger_);
  TaskGroup lookers(context);
  {
    std::lock_guard lock(mutex_);
    live_[live.id()] = {&live, &lookers, context.strand->shared_from_this()};
  }
  auto outcome = co_await live.drive();
  {
    std::lock_guard lock(mutex_);
    live_.erase(live.id());
  }
  co_return outcome;
}

// The run may end while the message to its strand is on its way: it is looked up again there.
void Executor::Impl::nudge(const RunId& run) {
  std::shared_ptr<Strand> strand;
  {
    std::lock_guard lock(mutex_);
    auto found = live_.find(run);
    if (found == live_.end()) return;
    strand = found->second.strand;
  }
  strand->post([this, run] {
    std::unique_lock lock(mutex_);
    auto found = live_.find(run);
    if (found == live_.end()) return;
    Live live = found->second;
    lock.unlock();
    live.group->spawn(live.run->look_at_inbox());
  });
}

Executor::Executor(ExecutorConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Executor::~Executor() = default;

Task<RunOutcome> Executor::run(Agent agent, Invocation invocation) {
  return impl_->run(std::move(agent), std::move(invocation));
}
Task<RunOutcome> Executor::resume(journal::RunRow claimed) { return impl_->resume(std::move(claimed)); }
std::vector<std::string> Executor::missing_for(const Agent& agent) const { return impl_->missing_for(agent); }
void Executor::nudge(const RunId& run) { impl_->nudge(run); }

}  // namespace executus
