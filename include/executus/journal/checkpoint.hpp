// What a run needs to continue: the fold of its journal. A live run applies every entry it has appended to its own
// checkpoint, so a recovered run and a live one are in the same state by construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/boxed.hpp>
#include <executus/journal/critic_state.hpp>
#include <executus/journal/entry.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::journal {

// What a run had used of its limits when it was reopened last: they count on from there.
struct UsedBefore {
  int attempts = 0;
  int steps = 0;             // of the current conversation
  std::size_t messages = 0;  // likewise
  Milliseconds elapsed{0};
};

// What a run has of the sources that it asked for tools.
struct OfferedTools {
  std::vector<ToolOffer> offers;                // the last of each source, in the order they came first
  std::map<std::string, std::string> digests;   // of each tool that was ever offered, as it was offered last
  std::map<std::string, std::string> reworded;  // no person has agreed to them since: how they were described before
  std::set<std::string> agreed;                 // a person approved a call of them as they are
};

struct Checkpoint {
  Admitted admitted;                       // its input is in `opening`
  llm::Transcript opening;                 // the conversation of the runs that this one continues, and its input
  std::size_t inherited = 0;               // so many messages of `opening` are of those runs
  Boxed<CompactedHead> inherited_summary;  // the summary of their head, if any
  llm::Conversation conversation;          // of the run, or of its current phase
  Boxed<PhaseStarted> phase;               // the one that runs; its input is in the conversation
  std::vector<PhaseEnded> phases;          // those that are over, by position
  std::vector<Steered> unanswered;         // what was said to the run since its last response
  std::vector<std::string> unheard;        // what was said to it and no model heard
  // Of `unheard`, what no model is to hear when the run goes on after its end: what an earlier record of the run had
  // ended with; and signals, in the order they came, which are put into the inbox again.
  Boxed<std::vector<std::string>> not_for_model;
  Boxed<std::vector<Steered>> signals_left;
  Boxed<std::vector<llm::Message>> late_images;  // those of `unheard` that have images
  CompactedHead compacted;
  Boxed<std::string> cut;  // what was shown of the response that broke off last
  CriticState critic;
  std::map<std::pair<llm::CallPosition, std::uint32_t>, Generated> generated;  // for the calls of the open batch
  Boxed<std::string> submitted;                                                // the first answer handed in
  std::vector<Artifact> artifacts;                                             // handed in by calls, in order
  Notes notes;                                                                 // of its calls
  Boxed<OfferedTools> offered;                                                 // none: it asked no source
  std::size_t artifacts_before_phase = 0;   // so many of them came before the phase that runs
  std::optional<llm::FinishReason> finish;  // of the last response
  llm::Usage side_usage;                    // of compactions, the critic and tools, and `spent`
  llm::Usage spent;                         // of calls that gave no response
  llm::CostSum cost;                        // of all these calls
  std::string served_by;                    // target of the last response
  int runs_below = 0;                       // calls that are runs, and below those
  std::uint64_t last_seq = 0;
  Milliseconds elapsed{0};
  Boxed<Waited> waiting;  // set while the run is parked
  Boxed<Ended> ended;
  Boxed<UsedBefore> used_before;  // set once the run was reopened
  int attempts = 0;               // how often a process took it up
  int attempts_before = 0;        // of these, before this record of it began
};

// Throws Error "journal.malformed" when the entry cannot follow what came before, and "journal.base_missing" for the
// first entry of a run that continues another one, unless the checkpoint is what continuing() made of that one.
void apply(Checkpoint& checkpoint, const Entry& entry);

// With what a run begins that continues the run `base`, before its first entry: that one's conversation, in which every
// call has a result; of a run with phases its input and what it said in the end. Of the rest the notes of its calls go
// on.
[[nodiscard]] Checkpoint continuing(const std::string& run, const Checkpoint& base);

// What was shown of a response that broke off, as a message that says so.
[[nodiscard]] llm::Message cut_message(const std::string& text);

// Of a run that continues no other.
[[nodiscard]] Checkpoint fold(std::span<const Entry> entries);

// What a record outside the journal has to hold besides the conversation, so that the run can go on from here. The
// phase that runs starts again. The caller sets `messages`: it decides what is kept of the conversation.
[[nodiscard]] Past past_of(const Checkpoint& checkpoint);

}  // namespace executus::journal
