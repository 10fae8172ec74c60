// What a person says to a call that waits for it: what became of a call in doubt, whether a call may happen.
//
// An answer is durable when it is given, from any process that has the journal; the worker that drives the run next
// takes it in (recovery.hpp). A call is answered once: of two persons the second is told what the first one said.
//
//   executus::AnswerNote note{.by = "ada"};
//   auto said = co_await executus::answer_approval(runtime.journal(), run, "", executus::Approval::approved, note);
//   if (said.verdict != executus::CallAnswered::Verdict::given) ...
#pragma once

#include <optional>
#include <string>

#include <executus/run/stored_run.hpp>

namespace executus {

enum class Approval { approved, rejected };

// completed: it happened, with this result. failed: it did not, and the model is told why. retry: it did not, and is
// sent again.
enum class Resolution { completed, failed, retry };

// Who answers, why, and what an approved call is to be made with. Kept with the answer.
struct AnswerNote {
  std::string by = {};
  std::string reason = {};  // the model sees it with a rejection
  // Of an approval: a JSON object that takes the place of the call's arguments. Empty: they stay as they are. The gate
  // is asked about the call again, as what it has become, and the model reads in its result what was changed.
  std::string arguments = {};
  // What a call of ask_user (tool/ask_user.hpp) waits for, which the model reads as its outcome. Approving one needs an
  // answer, and no other approval takes one: Error run.wrong_answer.
  std::optional<std::string> answer = {};
};

struct CallAnswered {
  enum class Verdict {
    given,            // durable
    answered_before,  // `earlier` is the answer that counts
    given_up,         // no answer counts any more: `why`
    not_asked,        // no call of the run waits for such an answer
    which,            // more than one does, and none was named
    other_call,       // the named call is none of those that do
    no_such_run,
    run_ended,    // `run` says how, unless it ended between the look at it and the answer
    keeps_moving  // the run took a step at each of 100 tries: try again
  };
  Verdict verdict = Verdict::given;
  llm::CallRecord call = {};          // of given and answered_before
  std::string becomes = {};           // of given: the arguments that the answer gave the call; empty: it keeps its own
  journal::Command earlier = {};      // of answered_before
  std::optional<GivenUp> why = {};    // of given_up
  std::optional<StoredRun> run = {};  // as it stood; not of no_such_run
};

// Of answered_before, in a word: "approved", "rejected", "changed" (approved with other arguments), "answered" (a
// question, in text), "completed", "failed", "to be retried".
[[nodiscard]] std::string earlier_answer(const CallAnswered& answered);

// `call`: the id of the call; empty: the only one that waits. Throws Error store.* when the store is away, with nothing
// changed, journal.* when the run's journal cannot be read, run.wrong_answer (AnswerNote::answer), and run.arguments
// for arguments that cannot take the place of the call's: they do not fit the tool's parameters as the run knows them,
// or come with a rejection.
[[nodiscard]] Task<CallAnswered> answer_approval(journal::JournalStore& store, RunId run, std::string call,
                                                 Approval answer, AnswerNote note);

// `text`: the result of a completed call, or why it failed. Otherwise as answer_approval().
[[nodiscard]] Task<CallAnswered> answer_doubt(journal::JournalStore& store, RunId run, std::string call,
                                              Resolution answer, std::string text, AnswerNote note);

}  // namespace executus
