#include <functional>
#include <utility>
#include <vector>

#include <executus/run/answering.hpp>

#include "run/record/journal_commands.hpp"
#include "run/standing/answer_call.hpp"

namespace executus {
namespace {

using run::CallAsked;
using run::CallsThatAsk;
using run::MakeAnswer;
using Verdict = CallAnswered::Verdict;

constexpr std::size_t kPage = 1'000;
constexpr int kAnswerTries = 100;  // each is a step the run took meanwhile

CallAnswered found(const llm::CallRecord& call) { return {Verdict::given, call}; }

// The call that is meant. An answered one is found as well: the store says which answer counts.
CallAnswered find_call(const StoredRun& run, CallsThatAsk that_ask, const CallAsked& asked) {
  const auto& named = asked.id;
  auto calls = that_ask(run, Questions::asked);
  auto open = that_ask(run, Questions::open);
  if (calls.empty()) return {Verdict::not_asked};
  for (const auto& call : calls)
    if (asked.is ? asked.is(call) : !named.empty() && call.call.id == named) return found(call);
  if (asked.is || !named.empty()) return {Verdict::other_call};
  if (calls.size() == 1 || open.empty()) return found(calls.front());
  return open.size() == 1 ? found(open.front()) : CallAnswered{Verdict::which};
}

Verdict verdict_of(journal::AnswerVerdict verdict) {
  switch (verdict) {
    case journal::AnswerVerdict::accepted:
      return Verdict::given;
    case journal::AnswerVerdict::no_such_run:
      return Verdict::no_such_run;
    case journal::AnswerVerdict::run_ended:
      return Verdict::run_ended;
    case journal::AnswerVerdict::answered_before:
      return Verdict::answered_before;
    case journal::AnswerVerdict::moved_on:
      break;
  }
  return Verdict::keeps_moving;
}

// One look at the run, and the answer to what it asked then. keeps_moving: it asks something else by now.
Task<CallAnswered> try_to_answer(journal::JournalStore& store, RunId id, CallsThatAsk that_ask, CallAsked asked,
                                 MakeAnswer answer) {
  auto run = co_await read_stored_run(store, id);
  if (!run) co_return CallAnswered{Verdict::no_such_run};
  CallAnswered result;
  result.why = co_await given_up(store, run->row);
  if (is_terminal(run->row.status)) {
    result.verdict = Verdict::run_ended;
  } else if (result.why) {
    result.verdict = Verdict::given_up;
  } else {
    result = find_call(*run, that_ask, asked);
  }
  if (result.verdict == Verdict::given) {
    auto command = answer(*run, result.call);
    result.becomes = run::commands::arguments_given(command);
    auto answered = co_await store.answer(id, run->checkpoint.last_seq, std::move(command));
    result.verdict = verdict_of(answered.verdict);
    result.earlier = std::move(answered.earlier);
  }
  result.run = std::move(run);
  co_return result;
}

// The call of this id that was asked last; null: there is none.
const llm::CallRecord* last_of(const StoredRun& run, const std::string& id) {
  const llm::CallRecord* last = nullptr;
  for (const auto& call : run.checkpoint.conversation.calls())
    if (call.call.id == id) last = &call;
  return last;
}

// No question is open that was meant: the run may have taken its answer in.
Task<CallAnswered> or_answered_before(journal::JournalStore& store, CallAnswered answered, std::string call) {
  bool none = answered.verdict == Verdict::not_asked || answered.verdict == Verdict::other_call;
  const auto* meant = none && !call.empty() ? last_of(*answered.run, call) : nullptr;
  if (!meant) co_return answered;
  auto any = [](const std::string&) { return true; };
  auto earlier = co_await run::approval_taken_in(store, answered.run->row.id, *meant, any);
  if (!earlier) co_return answered;
  answered.verdict = Verdict::answered_before;
  answered.call = *meant;
  answered.earlier = std::move(*earlier);
  co_return answered;
}

// The word about the call that the entry took in.
std::optional<journal::Command> word_in(const journal::Entry& entry, const llm::CallRecord& call,
                                        const std::function<bool(const std::string&)>& meant) {
  if (const auto* word = std::get_if<journal::Approved>(&entry.payload))
    if (word->call == call.position && meant(call.call.arguments))
      return run::commands::approve(call, word->approved ? Approval::approved : Approval::rejected, word->reason,
                                    word->by, word->answer);
  if (const auto* word = std::get_if<journal::CallChanged>(&entry.payload))
    if (word->call == call.position && meant(word->was))
      return run::commands::change(call, word->arguments, word->reason, word->by);
  return std::nullopt;
}

}  // namespace

Task<std::optional<journal::Command>> run::approval_taken_in(journal::JournalStore& store, RunId run,
                                                             llm::CallRecord call,
                                                             std::function<bool(const std::string&)> meant) {
  std::optional<journal::Command> last;
  for (std::uint64_t after = 0;;) {
    auto entries = co_await store.read(run, after, kPage);
    for (const auto& entry : entries)
      if (auto word = word_in(entry, call, meant)) last = std::move(word);
    if (entries.size() < kPage) co_return last;
    after = entries.back().seq;
  }
}

Task<CallAnswered> run::answer_call(journal::JournalStore& store, RunId run, CallsThatAsk that_ask, CallAsked asked,
                                    MakeAnswer answer) {
  CallAnswered result;
  for (int tries = 0; tries < kAnswerTries; ++tries) {
    result = co_await try_to_answer(store, run, that_ask, asked, answer);
    if (result.verdict != Verdict::keeps_moving) break;
  }
  co_return result;
}

std::string earlier_answer(const CallAnswered& answered) { return run::commands::answer_name(answered.earlier); }

Task<CallAnswered> answer_approval(journal::JournalStore& store, RunId run, std::string call, Approval answer,
                                   AnswerNote note) {
  auto command = [answer, note = std::move(note)](const StoredRun& asks, const llm::CallRecord& open) {
    return run::approval_command(asks, open, answer, note);
  };
  auto given = co_await run::answer_call(store, std::move(run), awaiting_approval, {call}, std::move(command));
  co_return co_await or_answered_before(store, std::move(given), std::move(call));
}

Task<CallAnswered> answer_doubt(journal::JournalStore& store, RunId run, std::string call, Resolution answer,
                                std::string text, AnswerNote note) {
  auto command = [answer, text = std::move(text), note = std::move(note)](const StoredRun&,
                                                                          const llm::CallRecord& open) {
    return run::commands::resolve(open.position, answer, text, note.by);
  };
  return run::answer_call(store, std::move(run), in_doubt, {std::move(call)}, std::move(command));
}

}  // namespace executus
