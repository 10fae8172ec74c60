#include "run/open/continued.hpp"

#include <optional>
#include <utility>

#include "run/record/replayed.hpp"

namespace executus::run {
namespace {

Error wrong_use(const Invocation& invocation, const std::string& why) {
  return failed("submission.continues", "run " + invocation.continues.str() + " cannot be continued so: " + why);
}

void require_a_store(const Ports& ports, const Invocation& invocation) {
  if (!ports.journal)
    throw wrong_use(invocation, "this host keeps no journal; hand in the conversation as ResumeState::history");
  if (invocation.resume)
    throw wrong_use(invocation,
                    "the submission has a ResumeState too, which goes on with a run and begins none; leave one out");
}

Error unknown(const RunId& run) {
  return failed("run.unknown", "run " + run.str() +
                                   ", which was to be continued, is not in this store, or not any more; check the id "
                                   "and the database");
}

Error not_ended(const journal::RunRow& row) {
  auto id = row.id.str();
  std::string remedy = row.status == RunStatus::waiting || row.status == RunStatus::quarantined
                           ? "`executus runs show " + id + "` says what it needs"
                           : "wait for its end, or finish it with `executus recover " + id + "`";
  return failed("submission.not_ended", "run " + id + " cannot be continued yet: it has not ended (" +
                                            std::string(to_string(row.status)) + "); " + remedy);
}

[[noreturn]] void rethrow_unreadable(const RunId& run) {
  try {
    throw;
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
    throw Error(error.kind(), error.code(), "run " + run.str() + " cannot be continued: " + error.message());
  }
}

Task<std::optional<journal::Continued>> ended_base(journal::JournalStore& store, RunId run) {
  auto row = co_await store.find(run);
  if (!row) throw unknown(run);
  if (!is_terminal(row->status)) throw not_ended(*row);
  co_return journal::Continued{row->id.str(), row->last_seq};
}

// As the run goes on from it that was submitted so before: the other run may have gone on since. Nothing: there is no
// such run.
Task<std::optional<journal::Continued>> base_of_admitted(journal::JournalStore& store, const Invocation& invocation) {
  auto first = co_await store.read(invocation.run_id, 0, 1);
  const auto* admitted = first.empty() ? nullptr : std::get_if<journal::Admitted>(&first.front().payload);
  bool same = admitted && admitted->continues && admitted->continues->run == invocation.continues.str();
  co_return same ? std::optional(*admitted->continues) : std::nullopt;
}

}  // namespace

Task<journal::Checkpoint> state_to_continue(const Ports& ports, const Invocation& invocation) {
  require_a_store(ports, invocation);
  auto& store = *ports.journal;
  auto base = co_await base_of_admitted(store, invocation);
  if (!base) base = co_await ended_base(store, invocation.continues);
  try {
    co_return co_await replayed(store, std::move(*base));
  } catch (...) {
    rethrow_unreadable(invocation.continues);
  }
}

void require_something_to_answer(const journal::Checkpoint& begun, BaseEnd base) {
  const auto& opening = begun.opening;
  if (opening.size() > begun.inherited) return;
  if (base == BaseEnd::other && !opening.empty() && opening.back().role != llm::Role::assistant) return;
  throw failed("submission.continues", "run " + begun.admitted.continues->run +
                                           " ended with an answer of the model: a prompt has to say what comes next");
}

}  // namespace executus::run
