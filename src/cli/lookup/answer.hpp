// A person's answer to a call that waits for one, as commands give it.
#pragma once

#include <string>

#include <executus/run/answering.hpp>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// What a command asks about, in its words.
struct AnswerWords {
  std::string code;       // of its errors: "cli.approve"
  std::string not_asked;  // "has no call that waits for an approval"
  std::string which;      // "more than one call waits for an approval"
  std::string other;      // "does not wait for an approval; those that do:"
  std::vector<llm::CallRecord> (*open)(const StoredRun&, Questions);
};

// What a person does after an answer: the next question of the run, or the command that goes on with it.
struct AfterAnswer {
  std::string next;   // a command
  std::string words;  // the end of a sentence, and commands below it
};
[[nodiscard]] AfterAnswer after_answer(CommandContext& context, const journal::RunRow& answered);

// The command that goes on with an answered run. A recovery leaves a quarantined one alone.
[[nodiscard]] std::string command_after(const journal::RunRow& answered);

// The call that was answered. Throws Error cli.answered where an answer comes too late (given before, or the run has
// ended or is cancelled), and the command's own where `named` means no call that waits; the messages say what to do.
[[nodiscard]] llm::CallRecord require_answered(CommandContext& context, const RunId& run, const CallAnswered& answered,
                                               const std::string& named, const AnswerWords& words);

}  // namespace executus::cli
