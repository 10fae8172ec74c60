#include "run/open/continued.hpp"

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

}  // namespace

Task<journal::Checkpoint> state_to_continue(const Ports& ports, const Invocation& invocation) {
  require_a_store(ports, invocation);
  auto row = co_await ports.journal->find(invocation.continues);
  if (!row) throw unknown(invocation.continues);
  if (!is_terminal(row->status)) throw not_ended(*row);
  journal::Continued base{row->id.str(), row->last_seq};
  try {
    co_return co_await replayed(*ports.journal, std::move(base));
  } catch (...) {
    rethrow_unreadable(row->id);
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
