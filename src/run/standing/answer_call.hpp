// Answers a call that waits for a person's word, as the run stands when the answer is durable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/answering.hpp>

namespace executus::run {

using MakeAnswer = std::function<journal::Command(const llm::CallRecord&)>;
using CallsThatAsk = std::vector<llm::CallRecord> (*)(const StoredRun&, Questions);

// Which call is meant: the one of which `is` says so; where that is empty, the one of this id (empty: the only one that
// waits).
struct CallAsked {
  std::string id;
  std::function<bool(const llm::CallRecord&)> is = {};
};

[[nodiscard]] Task<CallAnswered> answer_call(journal::JournalStore& store, RunId run, CallsThatAsk that_ask,
                                             CallAsked asked, MakeAnswer answer);

// A person's word about the call that the run has taken in already; nothing when there was none.
[[nodiscard]] Task<std::optional<journal::Approved>> approval_taken_in(journal::JournalStore& store, RunId run,
                                                                       llm::CallPosition call);

}  // namespace executus::run
