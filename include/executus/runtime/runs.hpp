// All runs of a store, whichever process drives them: finding, reading, answering and speaking to them.
//
//   for (const Question& question : runtime.runs().pending().get())
//     if (runtime.runs().approve(question, {.by = "ada"}).get() == Answered::answered_before) ...
//
// Every call is a Reply (executus/async/reply.hpp); what changes something is durable when the reply is there. Replies
// throw Error store.* when the store is away (then nothing was changed), journal.* when a run's journal cannot be read,
// run.unknown where a run must exist and does not, and runtime.ended after the runtime's end. Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/reply.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/transcript.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/question.hpp>
#include <executus/run/run_tree.hpp>
#include <executus/run/speaking.hpp>

namespace executus {

using journal::RunFilter;
using journal::RunRow;

namespace host {
class Host;
}

// How a run stands now.
struct RunState {
  RunRow row;
  bool driven = false;                   // by a living process, this one or another
  std::string standing;                  // for people: "ok", "waiting (approval)", "running (left for recovery)"
  std::vector<Question> questions = {};  // what it asks of a person, and what the runs below it ask that it waits for
};

class Runs final {
 public:
  // Nothing: there is no such run.
  [[nodiscard]] Reply<std::optional<RunState>> find(RunId run) const;
  // Newest first. The next page: `filter.before` = the id of the last row.
  [[nodiscard]] Reply<std::vector<RunRow>> list(RunFilter filter = RunFilter()) const;

  // As its journal tells, which may be a moment behind a run that is being driven.
  [[nodiscard]] Reply<RunOutcome> outcome(RunId run) const;
  [[nodiscard]] Reply<llm::Transcript> transcript(RunId run) const;
  [[nodiscard]] Reply<std::vector<journal::Entry>> entries(RunId run, std::uint64_t after = 0,
                                                           std::size_t limit = 1'000) const;
  [[nodiscard]] Reply<RunTree> tree(RunId run) const;  // the oldest kMostBelow below it

  // What waits for a person, in all runs that `filter` selects, newest run first; its limit and statuses are not used.
  // A run whose journal cannot be read is left out, and logged; likewise its questions in find(). The questions of a
  // batch may be answered in any order and from any process: the batch goes on once, when all are. A run that nobody
  // drives goes on with it when it is taken up: by RunHandle::wait(), recover(), or a worker.
  [[nodiscard]] Reply<std::vector<Question>> pending(RunFilter filter = RunFilter()) const;
  Reply<Answered> approve(Question question, AnswerNote note = AnswerNote()) const;
  Reply<Answered> reject(Question question, AnswerNote note = AnswerNote()) const;
  // `text`: the result of a completed call, or why it failed.
  Reply<Answered> resolve(Question question, Resolution resolution, std::string text = "",
                          AnswerNote note = AnswerNote()) const;

  // Asks the run, and all runs below it, to end as cancelled. Those that no process drives are ended here.
  Reply<Said> cancel(RunId run) const;
  // Says something to the run: the model hears it before its next step. RunOutcome::unheard holds what came too late.
  Reply<Said> steer(RunId run, std::string text) const;
  // Takes a run out of quarantine, so that it can be taken up again. `ended` also where it is not in quarantine.
  Reply<Said> release(RunId run) const;

 private:
  friend class Runtime;
  friend class RunHandle;
  explicit Runs(std::shared_ptr<host::Host> host) : host_(std::move(host)) {}
  std::shared_ptr<host::Host> host_;
};

}  // namespace executus
