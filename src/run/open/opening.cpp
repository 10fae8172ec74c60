#include "run/open/opening.hpp"

#include <exception>
#include <utility>

#include "base/contained.hpp"
#include "run/definition/admission.hpp"
#include "run/definition/defined_tools.hpp"
#include "run/definition/input_files.hpp"
#include "run/definition/kept.hpp"
#include "run/open/cancelled_unopened.hpp"
#include "run/open/continued.hpp"
#include "run/open/given_back.hpp"
#include "run/open/kept_later.hpp"
#include "run/open/snapshots_begun.hpp"
#include "run/open/unopened.hpp"
#include "run/record/lazy_writer.hpp"
#include "run/record/replayed.hpp"

namespace executus::run {
namespace {

// The session of a run that is opened here, made once. Its tools join the others.
void open_session(LiveRun::Parts& parts, const SessionFactory& factory, Logger& logger) {
  parts.session = std::make_shared<SessionHub>(parts.info);
  parts.session_tools = HeldSession(factory(parts.session), logger);
  for (const auto& tool : (*parts.session_tools).tools) parts.stage.toolbox.add(tool);
  parts.stage.specs = parts.stage.toolbox.specs();
  require_complete(parts, SessionStage::open);
}

// The model reads of the tools what it read in the run that had them first.
void use_as_defined(Stage& stage, const std::vector<DefinedTool>& defined) {
  stage.toolbox = as_defined(stage.toolbox, defined);
  stage.specs = stage.toolbox.specs();
}

SessionStage stage_of(const SessionFactory& factory) { return factory ? SessionStage::to_come : SessionStage::none; }

Agent::Session session_of(const SessionFactory& factory, bool queued) {
  if (!factory) return Agent::Session::none;
  return queued ? Agent::Session::later : Agent::Session::stored;
}

// A record kept elsewhere and the journal would both be this run's.
void require_one_record(const Invocation& invocation) {
  if (invocation.resume && invocation.resume->checkpointer)
    throw failed("submission.resume",
                 "run " + invocation.run_id.str() +
                     " cannot go on in a record of its own: this host keeps a journal; submit it "
                     "without ResumeState::checkpointer, then the journal takes over what the host "
                     "kept of it, or use an executor without a journal");
}

void tell_admitted(const Invocation& invocation, journal::AdmitVerdict verdict, Logger& logger) {
  bool created = verdict == journal::AdmitVerdict::created;
  if (!invocation.on_admitted || (!created && verdict != journal::AdmitVerdict::exists)) return;
  contained(logger, LogLevel::error, {"on_admitted of run ", invocation.run_id.str(), " threw"},
            [&] { invocation.on_admitted(created); });
}

}  // namespace

Error Opening::refusal(journal::AdmitVerdict verdict, const RunId& run) {
  if (verdict == journal::AdmitVerdict::erased)
    return failed("submission.erased", "run " + run.str() + " existed and was erased; choose another id");
  return failed("submission.conflict",
                "run " + run.str() + " exists already, with another agent or input; choose another id");
}

std::vector<std::string> Opening::missing_for(const Agent& agent) const {
  Invocation unstated;
  return missing_for(agent, unstated, config_.ports.sessions ? SessionStage::to_come : SessionStage::none);
}

std::vector<std::string> Opening::missing_for(const RunId& run, const journal::Admitted& admitted) const {
  auto agent = agent_from_json(admitted.agent).value();
  auto invocation = stored_invocation(run, admitted.invocation);
  return missing_for(agent, invocation, std::nullopt);
}

// What the stored definition remembers must be what this process has. `session`: nothing, the host is asked.
std::vector<std::string> Opening::missing_for(const Agent& agent, const Invocation& invocation,
                                              std::optional<SessionStage> session) const {
  try {
    auto parts = resolve(config_, Definition::stored, agent, invocation, {});
    if (!session) session = stage_of(session_factory(config_.ports, invocation, parts.info));
    return missing_of(parts, *session);
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
  parts.agent.output = {};
  parts.agent.resolved_tools = {};
  parts.agent.description = {};
  parts.agent.system_prompt = {};
  parts.agent.tools = {};
  parts.agent.source_tools = {};
  parts.agent.skills = {};
  parts.agent.agents = {};
  parts.agent.skill_packs = {};
  parts.agent.pinned_packs = {};
  parts.agent.skill_catalog = {};
  if (parts.agent.phases.empty()) parts.stage.skill_catalog = {};  // it is part of the prompt
  parts.parent = lineage.parent;
  parts.sender = sender_;
  if (!parts.agent.resolved_delegates.empty()) {
    ancestors.push_back(parts.agent.id.empty() ? parts.agent.name : parts.agent.id);
    if (!lineage.bounds) lineage.bounds = DelegationBounds(std::move(ancestors), config_.delegation);
    parts.bounds = std::move(lineage.bounds);
  }
  return std::make_unique<LiveRun>(std::move(parts), std::move(checkpoint), config_, lineage.children, clock, logger_);
}

[[gnu::noinline]] Task<Opened> Opening::submit(std::unique_ptr<Submission> submission, Lineage lineage) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  const Invocation& invocation = submission->invocation;
  if (is_kept(submission->agent, config_.ports)) require_one_record(invocation);
  if (invocation.resume && invocation.resume->ended) co_return co_await answer_of_ended(std::move(submission));
  auto unopened = unopened_of(submission->agent, invocation, config_, clock.wall());
  std::exception_ptr thrown;
  try {
    co_await take_up_record(unopened);
    co_return co_await open_new(std::move(submission), std::move(lineage));
  } catch (...) {
    thrown = std::current_exception();
  }
  Opened opened;
  opened.answer = co_await close_unopened(std::move(unopened), thrown, config_.ports, logger_);
  if (!opened.answer) std::rethrow_exception(thrown);
  co_return opened;
}

// Of a run that a host kept although it was over: what its record says, once more, and then the record goes.
Task<Opened> Opening::answer_of_ended(std::unique_ptr<Submission> submission) {
  const auto& invocation = submission->invocation;
  const auto& resume = *invocation.resume;
  journal::Checkpoint checkpoint;
  journal::apply(checkpoint, admission_for(submission->agent, {}, invocation, "", {}).entry);
  checkpoint.ended = *resume.ended;
  Opened opened;
  opened.answer = std::make_unique<RunOutcome>(outcome_of(invocation.run_id, checkpoint, {}));
  set_value(*opened.answer, submission->agent.output);
  opened.answer->agent = submission->agent.name;
  opened.answer->parent = invocation.parent.str();
  if (resume.checkpointer) co_await give_up_record(*resume.checkpointer, opened.answer->ok());
  co_return opened;
}

Task<void> Opening::give_up_record(RunWriter& record, bool ok) {
  try {
    (void)(ok ? co_await record.complete({}, {}) : co_await record.fail({}, {}));
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    log_caught(logger_, LogLevel::error, {"the record of a run that is over could not be closed"});
  }
}

[[gnu::noinline]] Task<Opened> Opening::open_new(std::unique_ptr<Submission> submission, Lineage lineage) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  Invocation& invocation = submission->invocation;
  auto base = co_await base_of(*submission);
  auto definition = base.definition;
  auto parts = resolve(config_, definition, std::move(submission->agent), invocation, clock.wall());
  auto defined = parts.agent.resolved_tools;
  bool journaled = is_kept(parts.agent, config_.ports);
  bool queued = journaled && invocation.start == Invocation::Start::queued;
  auto factory = session_factory(config_.ports, invocation, parts.info);
  bool is_later = journaled && !factory && co_await is_kept_later(parts.agent, *submission);
  require_complete(parts, stage_of(factory));
  if (definition == Definition::stored) use_as_defined(parts.stage, defined);
  parts.agent.resolved_tools = defined_tools(parts.stage.toolbox);
  parts.agent.session = session_of(factory, queued);
  std::optional<TurnsById::Turn> turn;
  if (factory && journaled && !queued) turn.emplace(co_await beginning_.take(invocation.run_id));
  bool opens = factory && !queued && !(journaled && co_await is_there(invocation.run_id));
  if (opens) open_session(parts, factory, logger_);
  if (opens && definition == Definition::stored) use_as_defined(parts.stage, defined);
  if (!queued) parts.sources = open_sources(parts, config_);
  auto files = co_await stage_files(config_.ports.input_files, invocation.run_id, std::move(invocation.files), logger_);
  if (journaled) co_await take_files_over(invocation);
  auto admission = admission_for(parts.agent, parts.stage.toolbox, invocation, files, clock.wall(), base.upto);
  auto checkpoint = std::move(base.begun);
  journal::apply(checkpoint, admission.entry);
  if (checkpoint.admitted.continues) require_something_to_answer(checkpoint, base.end);
  if (is_later) {
    parts.epoch = 1;  // of every run that is admitted for its worker
    auto by = later(clock.mono(), durable_after(parts.agent));
    parts.writer = make_lazy_writer(*config_.ports.journal, clock, std::move(admission), by);
  } else if (journaled) {
    auto lapses = config_.ports.journal->lapses();  // a lapse between the commit and its answer has to show
    auto admitted = co_await config_.ports.journal->admit(std::move(admission));
    turn.reset();
    tell_admitted(invocation, admitted.verdict, logger_);
    bool was_there = admitted.verdict == journal::AdmitVerdict::exists;
    bool is_new = admitted.verdict == journal::AdmitVerdict::created;
    if (queued && (was_there || is_new)) co_return co_await answer_for(std::move(admitted.row));
    // Another process was first, and has the run's session; or this one has no place yet.
    if (was_there || (is_new && admitted.row.status == RunStatus::queued)) {
      parts.session_tools = HeldSession();
      co_return co_await attach(
          std::move(admitted.row), std::move(lineage),
          {std::move(invocation.extra_tools), std::move(invocation.session), std::move(invocation.observer)});
    }
    if (admitted.verdict == journal::AdmitVerdict::conflict) co_await require_readable(invocation.run_id);
    if (!is_new) throw refusal(admitted.verdict, invocation.run_id);
    parts.worker = admitted.row.worker;
    parts.epoch = admitted.row.epoch;
    parts.attempts_before = admitted.row.attempts - 1;
    parts.writer = make_journal_writer(*config_.ports.journal, clock, std::move(admitted.row), lapses);
  } else if (invocation.resume && invocation.resume->checkpointer) {
    parts.writer = invocation.resume->checkpointer;
    parts.fruitless = invocation.resume->fruitless + 1;
    parts.attempts_before = invocation.resume->past.attempts;
  } else if (config_.ports.checkpointers && parts.agent.durability != Durability::memory) {
    parts.writer = co_await begin_snapshots(config_.ports, parts.info, admission.entry, logger_);
  }
  if (!journaled) tell_admitted(invocation, journal::AdmitVerdict::created, logger_);
  Opened opened;
  opened.live = make_live(std::move(parts), std::move(checkpoint), std::move(lineage), invocation.ancestors, clock);
  co_return opened;
}

// With which definition a run begins, and from which state. One that continues another run takes that one's agent into
// the submission where that is asked for.
Task<Opening::Base> Opening::base_of(Submission& submission) {
  const auto& invocation = submission.invocation;
  Base base;
  if (invocation.continues.empty()) co_return base;
  auto ended = co_await state_to_continue(config_.ports, invocation);
  base.upto = ended.last_seq;
  if (ended.ended && ended.ended->status == RunStatus::ok) base.end = BaseEnd::answered;
  base.begun = journal::continuing(invocation.continues.str(), ended);
  if (invocation.definition == Invocation::Definition::given) co_return base;
  submission.agent = agent_from_json(ended.admitted.agent).value();
  base.definition = Definition::stored;
  co_return base;
}

// The conversation that it goes on with names them.
Task<void> Opening::take_files_over(const Invocation& invocation) {
  auto* port = config_.ports.input_files;
  if (!port || invocation.continues.empty() || co_await is_there(invocation.run_id)) co_return;
  co_await port->share(invocation.continues, invocation.run_id);
}

// What another version wrote looks like another submission. Throws what reading it throws.
Task<void> Opening::require_readable(RunId run) { (void)co_await config_.ports.journal->read(std::move(run), 0, 1); }

// A run that is not in the store takes no place there, so where there are limits each run is admitted first. One with a
// session is too: the host hears of it.
Task<bool> Opening::is_kept_later(const Agent& agent, const Submission& submission) {
  if (!submission.has_new_id || !may_be_kept_later(agent, submission.invocation)) co_return false;
  co_return (co_await config_.ports.journal->limits()).empty();
}

// Whether the run was admitted before: then this submission attaches to it, and needs no session of its own.
Task<bool> Opening::is_there(RunId run) {
  auto row = co_await config_.ports.journal->find(std::move(run));
  co_return row.has_value();
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
  if (co_await end_as_cancelled(*config_.ports.journal, claimed)) {
    auto row = co_await config_.ports.journal->find(claimed.id);
    if (!row) throw refusal(journal::AdmitVerdict::erased, claimed.id);
    co_return co_await answer_for(std::move(*row));
  }
  co_await give_back(*config_.ports.journal, std::move(claimed), std::move(*problem), logger_);
  std::rethrow_exception(thrown);
}

[[gnu::noinline]] Task<Opened> Opening::open_claimed(journal::RunRow claimed, Lineage lineage, Companions companions) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto checkpoint = co_await replayed(*config_.ports.journal, claimed.id);
  auto invocation = stored_invocation(claimed.id, checkpoint.admitted.invocation);
  invocation.extra_tools = std::move(companions.extra_tools);
  invocation.session = std::move(companions.session);
  invocation.observer = std::move(companions.observer);
  auto parts = resolve(config_, Definition::stored, agent_from_json(checkpoint.admitted.agent).value(), invocation,
                       claimed.created);
  auto factory = session_factory(config_.ports, invocation, parts.info);
  require_complete(parts, stage_of(factory));
  if (factory) open_session(parts, factory, logger_);
  use_as_defined(parts.stage, parts.agent.resolved_tools);
  parts.sources = open_sources(parts, config_);
  parts.worker = claimed.worker;
  parts.epoch = claimed.epoch;
  parts.attempts_before = claimed.attempts - 1;
  parts.claimed = true;
  parts.used_before = {{}, claimed.usage.input + claimed.usage.output, claimed.cost.known};
  parts.writer = make_journal_writer(*config_.ports.journal, clock, std::move(claimed), companions.lapses);
  Opened opened;
  opened.live = make_live(std::move(parts), std::move(checkpoint), std::move(lineage), invocation.ancestors, clock);
  co_return opened;
}

journal::Admission Opening::child_admission(const Agent& agent, const Invocation& invocation,
                                            const Clock& clock) const {
  auto parts = resolve(config_, Definition::fresh, agent, invocation, clock.wall());
  auto factory = session_factory(config_.ports, invocation, parts.info);
  require_complete(parts, stage_of(factory));
  parts.agent.resolved_tools = defined_tools(parts.stage.toolbox);
  parts.agent.session = session_of(factory, true);
  return admission_for(parts.agent, parts.stage.toolbox, invocation, "", clock.wall());
}

Agent Opening::as_admitted(const RunId& run, const journal::Admitted& admitted, Agent agent) const {
  auto invocation = stored_invocation(run, admitted.invocation);
  auto parts = resolve(config_, Definition::fresh, std::move(agent), invocation, {});
  auto factory = session_factory(config_.ports, invocation, parts.info);
  require_complete(parts, stage_of(factory));
  parts.agent.resolved_tools = defined_tools(parts.stage.toolbox);
  parts.agent.session = session_of(factory, true);
  return std::move(parts.agent);
}

Agent Opening::with_its_model(Agent agent) const {
  LiveRun::Parts parts;
  parts.agent = std::move(agent);
  resolve_model(parts, config_);
  return std::move(parts.agent);
}

Task<Opened> Opening::answer_for(journal::RunRow row) {
  auto checkpoint = co_await replayed(*config_.ports.journal, row.id);
  Agent agent = agent_from_json(checkpoint.admitted.agent).value();
  Opened opened;
  opened.answer = std::make_unique<RunOutcome>(outcome_of(row, checkpoint, agent.resolved_tools));
  set_value(*opened.answer, agent.output);
  co_return opened;
}

}  // namespace executus::run
