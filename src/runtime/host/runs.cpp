#include <set>
#include <utility>

#include <executus/run/standing.hpp>
#include <executus/runtime/runs.hpp>

#include "runtime/host/host.hpp"
#include "runtime/host/run_unknown.hpp"
#include "runtime/host/speaking.hpp"

namespace executus {
namespace {

using host::Host;

constexpr std::size_t kPage = 1'000;

// One run that cannot be read must not hide what the others ask.
Task<std::vector<Question>> questions_if_readable(Host& host, RunRow row) {
  std::optional<Error> problem;
  RunId run = row.id;
  try {
    co_return co_await open_questions(host.store(), std::move(row));
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
    problem = error;
  }
  host.logger().log(LogLevel::warn, "what run " + run.str() + " asks cannot be read: " + problem->message());
  co_return std::vector<Question>{};
}

Task<std::optional<RunState>> state_of(Host& host, RunId run) {
  auto& store = host.store();
  auto row = co_await store.find(run);
  if (!row) co_return std::nullopt;
  std::vector<RunRow> rows{*row};
  auto left = co_await left_for_recovery(store, std::move(rows));
  RunState state{*row};
  state.driven = is_driven(*row, left);
  state.standing = standing_of(*row, left);
  state.questions = co_await questions_if_readable(host, std::move(*row));
  co_return state;
}

Task<StoredRun> stored(Host& host, RunId run) {
  auto stored = co_await read_stored_run(host.store(), run);
  if (!stored) throw host::run_unknown(run);
  co_return std::move(*stored);
}

Task<RunOutcome> outcome_in(Host& host, RunId run) { co_return outcome_of(co_await stored(host, std::move(run))); }

Task<llm::Transcript> transcript_in(Host& host, RunId run) {
  auto outcome = co_await outcome_in(host, std::move(run));
  co_return std::move(outcome.messages);
}

Task<std::vector<journal::Entry>> entries_in(Host& host, RunId run, std::uint64_t after, std::size_t limit) {
  auto entries = co_await host.store().read(run, after, limit);
  if (entries.empty() && !co_await host.store().find(run)) throw host::run_unknown(run);
  co_return entries;
}

Task<RunTree> tree_in(Host& host, RunId run) {
  auto row = co_await host.store().find(run);
  if (!row) throw host::run_unknown(run);
  auto family = co_await family_of(host.store(), std::move(*row));
  co_return std::move(family.root);
}

Task<std::vector<RunRow>> rows_in(Host& host, RunFilter filter) { co_return co_await host.store().list(filter); }

// A run below another one that was selected too is asked once.
Task<std::vector<Question>> pending_in(Host& host, RunFilter filter) {
  filter.statuses = {RunStatus::waiting, RunStatus::quarantined};
  filter.limit = kPage;
  std::vector<Question> questions;
  std::set<std::pair<RunId, llm::CallPosition>> asked;
  for (;;) {
    auto rows = co_await host.store().list(filter);
    for (auto& row : rows)
      for (auto& question : co_await questions_if_readable(host, row))
        if (asked.emplace(question.run, question.call).second) questions.push_back(std::move(question));
    if (rows.size() < kPage) co_return questions;
    filter.before = rows.back().id;
  }
}

Task<Answered> approval_in(Host& host, Question question, Approval approval, AnswerNote note) {
  return answer(host.store(), std::move(question), approval, std::move(note));
}

Task<Answered> resolution_in(Host& host, Question question, Resolution resolution, std::string text, AnswerNote note) {
  return answer(host.store(), std::move(question), resolution, std::move(text), std::move(note));
}

}  // namespace

Reply<std::optional<RunState>> Runs::find(RunId run) const {
  return host_->call([&](Host& host) { return state_of(host, std::move(run)); });
}
Reply<std::vector<RunRow>> Runs::list(RunFilter filter) const {
  return host_->call([&](Host& host) { return rows_in(host, std::move(filter)); });
}
Reply<RunOutcome> Runs::outcome(RunId run) const {
  return host_->call([&](Host& host) { return outcome_in(host, std::move(run)); });
}
Reply<llm::Transcript> Runs::transcript(RunId run) const {
  return host_->call([&](Host& host) { return transcript_in(host, std::move(run)); });
}
Reply<std::vector<journal::Entry>> Runs::entries(RunId run, std::uint64_t after, std::size_t limit) const {
  return host_->call([&](Host& host) { return entries_in(host, std::move(run), after, limit); });
}
Reply<RunTree> Runs::tree(RunId run) const {
  return host_->call([&](Host& host) { return tree_in(host, std::move(run)); });
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
Reply<Said> Runs::cancel(RunId run) const {
  return host_->call([&](Host& host) { return host::cancel(host, std::move(run)); });
}
Reply<Said> Runs::steer(RunId run, std::string text) const {
  return host_->call([&](Host& host) { return host::steer(host, std::move(run), std::move(text)); });
}
Reply<Said> Runs::release(RunId run) const {
  return host_->call([&](Host& host) { return host::release(host, std::move(run)); });
}

}  // namespace executus
