// Answers a call that waits for a person's word, as the run stands when the answer is durable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/answering.hpp>

namespace executus::run {

using MakeAnswer = std::function<journal::Command(const StoredRun&, const llm::CallRecord&)>;
using CallsThatAsk = std::vector<llm::CallRecord> (*)(const StoredRun&, Questions);

// Which call is meant: the one of which `is` says so; where that is empty, the one of this id (empty: the only one that
// waits).
struct CallAsked {
  std::string id;
  std::function<bool(const llm::CallRecord&)> is = {};
};

[[nodiscard]] Task<CallAnswered> answer_call(journal::JournalStore& store, RunId run, CallsThatAsk that_ask,
                                             CallAsked asked, MakeAnswer answer);

// What a person says to a call of the run that waits for an approval. Throws Error run.wrong_answer where it has a text
// and the call asks no question, or the other way round, and run.arguments for arguments that cannot take the place of
// the call's.
[[nodiscard]] journal::Command approval_command(const StoredRun& run, const llm::CallRecord& call, Approval answer,
                                                const AnswerNote& note);

// The last word about the call that the run has taken in already, as the command it was; nothing when there was none.
// `meant`: whether a word counts that was said about the call with these arguments.
[[nodiscard]] Task<std::optional<journal::Command>> approval_taken_in(journal::JournalStore& store, RunId run,
                                                                      llm::CallRecord call,
                                                                      std::function<bool(const std::string&)> meant);

}  // namespace executus::run
