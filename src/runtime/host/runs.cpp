#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <executus/audit/journal_history.hpp>
#include <executus/run/standing.hpp>
#include <executus/runtime/runs.hpp>

#include "runtime/events/run_unknown.hpp"
#include "runtime/host/host.hpp"
#include "runtime/host/resuming.hpp"
#include "runtime/host/speaking.hpp"

namespace executus {
namespace {

using host::Host;

constexpr std::size_t kPage = 1'000;

Task<std::optional<RunState>> state_in(Host& host, RunId run) {
  auto row = co_await host.store().find(std::move(run));
  if (!row) co_return std::nullopt;
  co_return co_await read_run_state(host.store(), std::move(*row));
}

Task<std::optional<RunRow>> row_in(Host& host, RunId run) { co_return co_await host.store().find(std::move(run)); }

Task<std::vector<RunRow>> recoverable_in(Host& host, RecoverOptions options) {
  co_return co_await recoverable(host.store(), std::move(options));
}

Task<RunState> state_of(Host& host, RunRow row) { co_return co_await read_run_state(host.store(), std::move(row)); }

Task<std::set<RunId>> left_in(Host& host, std::vector<RunRow> rows) {
  co_return co_await left_for_recovery(host.store(), std::move(rows));
}

Task<std::vector<RunId>> ids_in(Host& host, std::string prefix, std::size_t most) {
  co_return co_await host.store().complete_id(std::move(prefix), most);
}

Task<StoredRun> stored_in(Host& host, RunId run) {
  auto stored = co_await read_stored_run(host.store(), run);
  if (!stored) throw run_unknown(run);
  co_return std::move(*stored);
}

Task<RunOutcome> outcome_in(Host& host, RunId run) { co_return outcome_of(co_await stored_in(host, std::move(run))); }

Task<llm::Transcript> transcript_in(Host& host, RunId run) {
  auto outcome = co_await outcome_in(host, std::move(run));
  co_return std::move(outcome.messages);
}

Task<std::vector<journal::Entry>> entries_in(Host& host, RunId run, std::uint64_t after, std::size_t limit) {
  auto entries = co_await host.store().read(run, after, limit);
  if (entries.empty() && !co_await host.store().find(run)) throw run_unknown(run);
  co_return entries;
}

Task<Family> tree_in(Host& host, RunId run) {
  auto row = co_await host.store().find(run);
  if (!row) throw run_unknown(run);
  co_return co_await family_of(host.store(), std::move(*row));
}

Task<std::vector<RunRow>> rows_in(Host& host, RunFilter filter) { co_return co_await host.store().list(filter); }

// One run that cannot be read must not hide what the others ask.
void log_unreadable(Logger& logger, const RunState& state) {
  if (state.unreadable)
    logger.log(LogLevel::warn,
               "what run " + state.row.id.str() + " asks cannot be read: " + state.unreadable->message());
  for (const auto& below : state.below) log_unreadable(logger, below);
}

// A run below another one that was selected too is asked once.
Task<std::vector<Question>> pending_in(Host& host, RunFilter filter) {
  filter.statuses = {RunStatus::waiting, RunStatus::quarantined};
  filter.limit = kPage;
  std::vector<Question> questions;
  std::set<std::pair<RunId, llm::CallPosition>> asked;
  for (;;) {
    auto rows = co_await host.store().list(filter);
    for (auto& row : rows) {
      auto state = co_await read_run_state(host.store(), row);
      log_unreadable(host.logger(), state);
      for (auto& question : state.questions)
        if (asked.emplace(question.run, question.call).second) questions.push_back(std::move(question));
    }
    if (rows.size() < kPage) co_return questions;
    filter.after = journal::place_of(rows.back());
  }
}

Task<Answered> approval_in(Host& host, Question question, Approval approval, AnswerNote note) {
  return answer(host.store(), std::move(question), approval, std::move(note));
}

Task<CallAnswered> approval_of_call(Host& host, RunId run, std::string call, Approval approval, AnswerNote note) {
  return answer_approval(host.store(), std::move(run), std::move(call), approval, std::move(note));
}

Task<CallAnswered> resolution_of_call(Host& host, RunId run, std::string call, Resolution resolution, std::string text,
                                      AnswerNote note) {
  return answer_doubt(host.store(), std::move(run), std::move(call), resolution, std::move(text), std::move(note));
}

Task<Answered> resolution_in(Host& host, Question question, Resolution resolution, std::string text, AnswerNote note) {
  return answer(host.store(), std::move(question), resolution, std::move(text), std::move(note));
}

Task<std::vector<audit::AuditRun>> history_in(Host& host, audit::AuditFilter filter) {
  audit::JournalHistory history(host.store());
  co_return co_await history.list(std::move(filter));
}

Task<std::vector<audit::Spending>> spent_in(Host& host, audit::AuditFilter filter, audit::By by) {
  audit::JournalHistory history(host.store());
  co_return co_await history.spent(std::move(filter), by);
}

Task<std::vector<journal::Outgoing>> due_to_be_sent_in(Host& host, std::size_t limit) {
  co_return co_await host.store().outgoing_due(limit);
}

void check(const journal::QueueLimit& limit) {
  bool of_all = limit.of == journal::LimitOf::all;
  if (limit.runs && *limit.runs < 0)
    throw failed("queue.limit", "a limit of " + std::to_string(*limit.runs) + " runs makes no sense; give 0 or more");
  if (of_all != limit.name.empty())
    throw failed("queue.limit", of_all ? "a limit of all runs has no name: '" + limit.name + "'"
                                       : "a limit of one " + std::string(to_string(limit.of)) + " needs its name");
}

Task<std::vector<journal::QueueLimit>> set_limit_in(Host& host, journal::QueueLimit limit) {
  check(limit);
  co_await host.store().set_limit(std::move(limit));
  co_return co_await host.store().limits();
}

Task<std::vector<journal::Outgoing>> undelivered_in(Host& host, std::size_t limit) {
  auto rows = co_await host.store().outgoing_in(journal::OutgoingState::pending, limit);
  auto refused = co_await host.store().outgoing_in(journal::OutgoingState::refused, limit);
  rows.insert(rows.end(), std::make_move_iterator(refused.begin()), std::make_move_iterator(refused.end()));
  std::ranges::sort(rows, {}, &journal::Outgoing::run);
  if (rows.size() > limit) rows.resize(limit);
  co_return rows;
}

}  // namespace

Reply<std::optional<RunState>> Runs::find(RunId run) const {
  return host_->call([&](Host& host) { return state_in(host, std::move(run)); });
}
Reply<std::optional<RunRow>> Runs::row(RunId run) const {
  return host_->call([&](Host& host) { return row_in(host, std::move(run)); });
}
Reply<std::vector<RunRow>> Runs::recoverable(RecoverOptions options) const {
  return host_->call([&](Host& host) { return recoverable_in(host, std::move(options)); });
}
Reply<std::vector<std::string>> Runs::missing(RunId run) const {
  return host_->call([&](Host& host) { return host::missing(host, std::move(run)); });
}
Reply<RunState> Runs::state(RunRow row) const {
  return host_->call([&](Host& host) { return state_of(host, std::move(row)); });
}
Reply<std::set<RunId>> Runs::left_for_recovery(std::vector<RunRow> rows) const {
  return host_->call([&](Host& host) { return left_in(host, std::move(rows)); });
}
Reply<std::vector<RunId>> Runs::complete_id(std::string prefix, std::size_t most) const {
  return host_->call([&](Host& host) { return ids_in(host, std::move(prefix), most); });
}
Reply<std::vector<RunRow>> Runs::list(RunFilter filter) const {
  return host_->call([&](Host& host) { return rows_in(host, std::move(filter)); });
}
Reply<RunOutcome> Runs::outcome(RunId run) const {
  return host_->call([&](Host& host) { return outcome_in(host, std::move(run)); });
}
Reply<StoredRun> Runs::stored(RunId run) const {
  return host_->call([&](Host& host) { return stored_in(host, std::move(run)); });
}
Reply<llm::Transcript> Runs::transcript(RunId run) const {
  return host_->call([&](Host& host) { return transcript_in(host, std::move(run)); });
}
Reply<std::vector<journal::Entry>> Runs::entries(RunId run, std::uint64_t after, std::size_t limit) const {
  return host_->call([&](Host& host) { return entries_in(host, std::move(run), after, limit); });
}
Reply<Family> Runs::tree(RunId run) const {
  return host_->call([&](Host& host) { return tree_in(host, std::move(run)); });
}
Reply<std::vector<audit::AuditRun>> Runs::history(audit::AuditFilter filter) const {
  return host_->call([&](Host& host) { return history_in(host, std::move(filter)); });
}
Reply<std::vector<audit::Spending>> Runs::spent(audit::AuditFilter filter, audit::By by) const {
  return host_->call([&](Host& host) { return spent_in(host, std::move(filter), by); });
}
Reply<std::vector<journal::Outgoing>> Runs::due_to_be_sent(std::size_t limit) const {
  return host_->call([&](Host& host) { return due_to_be_sent_in(host, limit); });
}
Reply<std::vector<Question>> Runs::pending(RunFilter filter) const {
  return host_->call([&](Host& host) { return pending_in(host, std::move(filter)); });
}
Reply<Answered> Runs::approve(Question question, AnswerNote note) const {
  return host_->call(
      [&](Host& host) { return approval_in(host, std::move(question), Approval::approved, std::move(note)); });
}
Reply<Answered> Runs::reject(Question question, AnswerNote note) const {
  return host_->call(
      [&](Host& host) { return approval_in(host, std::move(question), Approval::rejected, std::move(note)); });
}
Reply<Answered> Runs::resolve(Question question, Resolution resolution, std::string text, AnswerNote note) const {
  return host_->call([&](Host& host) {
    return resolution_in(host, std::move(question), resolution, std::move(text), std::move(note));
  });
}
Reply<CallAnswered> Runs::approve(RunId run, std::string call, AnswerNote note) const {
  return host_->call([&](Host& host) {
    return approval_of_call(host, std::move(run), std::move(call), Approval::approved, std::move(note));
  });
}
Reply<CallAnswered> Runs::reject(RunId run, std::string call, AnswerNote note) const {
  return host_->call([&](Host& host) {
    return approval_of_call(host, std::move(run), std::move(call), Approval::rejected, std::move(note));
  });
}
Reply<CallAnswered> Runs::resolve(RunId run, std::string call, Resolution resolution, std::string text,
                                  AnswerNote note) const {
  return host_->call([&](Host& host) {
    return resolution_of_call(host, std::move(run), std::move(call), resolution, std::move(text), std::move(note));
  });
}
Reply<Said> Runs::cancel(RunId run, std::string reason) const {
  return host_->call([&](Host& host) { return host::cancel(host, std::move(run), std::move(reason)); });
}
Reply<CancelledHere> Runs::cancel_and_end(RunId run, std::string reason) const {
  return host_->call([&](Host& host) { return host::cancel_and_end(host, std::move(run), std::move(reason)); });
}
Reply<std::vector<RunId>> Runs::outlast_holders(std::vector<RunRow> held) const {
  return host_->call([&](Host& host) { return host::outlast_holders(host, std::move(held)); });
}
Reply<Resumed> Runs::resume(RunId run) const {
  return host_->call([&](Host& host) { return host::resume(host, std::move(run)); });
}
Reply<Said> Runs::steer(RunId run, std::string text, std::vector<llm::Image> images) const {
  return host_->call([&](Host& host) { return host::steer(host, std::move(run), std::move(text), std::move(images)); });
}
Reply<Said> Runs::signal(RunId run, std::string name, boost::json::value payload) const {
  return host_->call(
      [&](Host& host) { return host::signal(host, std::move(run), std::move(name), std::move(payload)); });
}
Reply<Reopening> Runs::retry(RunId run, std::string by, DryRun dry_run) const {
  return host_->call([&](Host& host) { return retry_run(host.store(), std::move(run), std::move(by), dry_run); });
}
Reply<Redefinition> Runs::upgrade(RunId run, Agent agent, std::string by, DryRun dry_run) const {
  return host_->call([&](Host& host) {
    return upgrade_run(host.executor(), host.store(), std::move(run), std::move(agent), std::move(by), dry_run);
  });
}
Reply<Forked> Runs::fork(RunId run, ForkOptions options, DryRun dry_run) const {
  return host_->call(
      [&](Host& host) { return fork_run(host.executor(), host.store(), std::move(run), std::move(options), dry_run); });
}
Reply<Erasure> Runs::erase(RunId run, EraseOptions options) const {
  return host_->call([&](Host& host) { return erase_run(host.executor(), host.store(), std::move(run), options); });
}
Reply<Pruned> Runs::prune(PruneOptions options) const {
  return host_->call([&](Host& host) { return prune_runs(host.executor(), host.store(), std::move(options)); });
}
Reply<std::vector<journal::QueueLimit>> Runs::limits() const {
  return host_->call([](Host& host) { return host.store().limits(); });
}
Reply<std::vector<journal::QueueLoad>> Runs::load() const {
  return host_->call([](Host& host) { return host.store().load(); });
}
Reply<std::vector<journal::QueueLimit>> Runs::limit(journal::QueueLimit limit) const {
  return host_->call([&](Host& host) { return set_limit_in(host, std::move(limit)); });
}
Reply<std::optional<journal::QueueLimit>> Runs::limit_on(RunId run) const {
  return host_->call([&](Host& host) { return host.store().limit_on(std::move(run)); });
}
Reply<std::vector<journal::Outgoing>> Runs::undelivered(std::size_t limit) const {
  return host_->call([&](Host& host) { return undelivered_in(host, limit); });
}
Reply<bool> Runs::send_again(RunId run) const {
  return host_->call([&](Host& host) { return host.store().send_again(std::move(run)); });
}
Reply<Said> Runs::release(RunId run, DryRun dry_run) const {
  return host_->call([&](Host& host) { return host::release(host, std::move(run), dry_run); });
}

}  // namespace executus
