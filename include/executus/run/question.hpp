// What a run asks of a person: whether a call may happen, or whether it did.
//
//   for (const Question& question : co_await open_questions(store, row)) show(question);
//   Answered answered = co_await answer(store, question, Approval::approved, note);
//   if (answered == Answered::answered_before) show(answered.by);
#pragma once

#include <string>
#include <vector>

#include <executus/run/answering.hpp>

namespace executus {

// Plain data: it may be shown, sent elsewhere, and answered in another process. The answer holds for exactly this call
// with these arguments.
struct Question {
  enum class Kind {
    may_it_happen,  // an approval
    did_it_happen   // a call in doubt
  };
  Kind kind = Kind::may_it_happen;
  RunId run = {};
  std::string agent = {};
  std::string call_id = {};  // the call, as the model named it
  llm::CallPosition call = {};
  std::string tool = {};
  std::string arguments = {};  // JSON: what will be sent, also where the gate changed what the model wrote
  std::string digest = {};     // of tool and arguments
  std::string reason = {};     // why a person is asked, where the gate said so
};

// What became of an answer.
struct Answered {
  enum What {
    accepted,         // durable: whoever drives the run next goes on with it
    answered_before,  // by `by`; `answer` counts
    too_late,         // the run has ended, or is being cancelled
    changed,          // the run does not ask this any more, or asks something else: read the question again
    no_such_run
  };
  What what = accepted;
  std::string by = {};
  std::string answer = {};  // "approved", "rejected", "changed", "answered", "completed", "failed", "to be retried"
  friend bool operator==(const Answered& answered, What wanted) noexcept { return answered.what == wanted; }
};

// Whether the answer is a text (AnswerNote::answer), not a yes: a call of ask_user.
[[nodiscard]] bool wants_text(const Question& question);

// The open questions of one run. Pure.
[[nodiscard]] std::vector<Question> questions_of(const StoredRun& run);

// Those of a run, and of the runs below it that it waits for; none when no answer would count any more. Throws Error
// store.* and journal.*.
[[nodiscard]] Task<std::vector<Question>> open_questions(journal::JournalStore& store, journal::RunRow row);

// A question is answered once: of two persons the second is told what the first one said; about an approval also when
// the run has taken the answer in (a doubt that was resolved is `changed` then). `text` of a resolution: the result of
// a completed call, or why it failed. Throws Error store.* with nothing changed, journal.* when the run cannot be read,
// run.wrong_answer for an answer to the other kind of question, and run.arguments as answer_approval() does.
[[nodiscard]] Task<Answered> answer(journal::JournalStore& store, Question question, Approval approval,
                                    AnswerNote note);
[[nodiscard]] Task<Answered> answer(journal::JournalStore& store, Question question, Resolution resolution,
                                    std::string text, AnswerNote note);

}  // namespace executus
