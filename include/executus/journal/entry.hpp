// What happened in a run, one thing per entry. The journal is the truth about a run: its checkpoint is the fold of its
// entries (checkpoint.hpp), its status a projection of them (projection.hpp).
//
// Stored format 1 (frozen once released; golden texts in codec_test.cpp): kind numbers below, bodies as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/artifact.hpp>
#include <executus/base/boxed.hpp>
#include <executus/base/clock.hpp>
#include <executus/journal/critic_state.hpp>
#include <executus/journal/status.hpp>
#include <executus/journal/tool_offer.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/llm/cost.hpp>

namespace executus::journal {

inline constexpr int kFormat = 2;

// What a model call cost, by the price of its time. Nothing: not known, which is not the same as free.
using Cost = std::optional<llm::NanoDollars>;

// How a phase came to its output. Frozen names.
enum class PhaseEnd { completed, fallback, salvaged };

// 11. A phase is over; the next one, or the run's end, follows.
struct PhaseEnded {
  std::uint32_t index = 0;
  std::string name;
  PhaseEnd how = PhaseEnd::completed;
  std::string output;
  std::string error;  // what the fallback or the salvaged part stands in for
};

// 16. A model answered a question that a tool asked. The same question at the same place is not asked again.
struct Generated {
  llm::CallPosition call;
  std::uint32_t ordinal = 0;  // the tool's first, second, ... question
  std::string request;        // digest
  llm::Response response;
  Cost cost = {};
};

// The head of a conversation that is sent as a summary.
struct CompactedHead {
  std::uint32_t upto = 0;   // messages
  std::int64_t tokens = 0;  // that were sent, by estimate, after the last attempt to compact more; 0: there was none
  std::string summary;      // empty: nothing is compacted
  bool operator==(const CompactedHead&) const = default;
};

// What tools noted for later calls of their run (tool::Done::notes), by name; the last of a name counts.
using Notes = std::map<std::string, std::string>;

// Of a call in a kept conversation: the part of its llm::CallRecord that the messages do not hold.
struct KeptCall {
  llm::CallPosition call;
  llm::CallState state = llm::CallState::pending;
  bool decided = false;
  std::optional<std::string> arguments = {};  // set when they are not the model's own
  std::string key = {};
  std::string effect = {};
  int dispatches = 0;
  std::optional<WallTime> intent_at = {};
  bool is_run = false;
  int runs_below = 0;
  bool repeated_in_doubt = false;
  bool changed_by_person = false;
  bool agreed_to = false;
  std::optional<llm::CallWait> wait = {};
  std::optional<llm::CallWake> wake = {};
  boost::json::object plan = {};
};

// What a host kept of a run from before its journal begins: `input` is its conversation so far, and the entry's
// `elapsed` the time it had been running by then. past_of() makes it, the fold takes it over (checkpoint.hpp).
struct Past {
  int iteration = 0;                    // model responses in all, of those the conversation no longer has too
  llm::Usage usage = {};                // in all
  llm::Usage spent = {};                // the part of it that calls used which gave no response
  std::vector<PhaseEnded> phases = {};  // those that are over; `input` is what the next one starts with
  std::vector<Artifact> artifacts = {};
  CriticState critic = {};
  std::optional<std::string> submitted = {};     // the first answer handed in
  std::optional<llm::FinishReason> finish = {};  // of the last response
  std::string served_by = {};                    // target of the last response
  int runs_below = 0;                            // calls that are runs, and below those
  int attempts = 0;                              // how often a process took it up
  std::vector<std::string> unheard = {};         // what was said to it and no model heard
  // How many messages `input` had when the rest was written, which is about them: a host that has left some out since
  // loses it.
  std::uint32_t messages = 0;
  CompactedHead compacted = {};
  std::vector<KeptCall> calls = {};
  std::vector<Generated> generated = {};  // for calls that are open
  Notes notes = {};
  std::vector<ToolOffer> offers = {};  // the last of each source
};

// The run that another one goes on from, as its journal stood then: with `upto` entries.
struct Continued {
  std::string run;
  std::uint64_t upto = 0;
  bool operator==(const Continued&) const = default;
};

// 1. The run exists. `agent` is the definition as resolved (run/agent.hpp), `invocation` the request for it.
struct Admitted {
  boost::json::object agent;
  boost::json::object invocation;
  std::vector<llm::Message> input;  // what the transcript starts with
  Boxed<Past> past = {};            // set for a run that goes on with a conversation it had elsewhere
  // Set for one that goes on from another run: the transcript starts with that one's, which is not stored again.
  Boxed<Continued> continues = {};
};

// 2. A process took the run up: the first time, or after a crash.
struct Opened {
  std::int64_t epoch = 0;
  std::string worker;  // empty: the run was not stored yet (Durability::lazy)
};

// 3. The model answered.
struct Responded {
  llm::Response response;
  Cost cost = {};
};

// 4. A gated call is about to be dispatched, or a call is about to carry out its plan; from here on its outcome is
// unknown until an entry tells it.
struct Intended {
  llm::CallPosition call;
  std::string key;
  std::string effect;
  BootMoment moment = {};         // when; entries of older versions have none
  bool renewed = false;           // the intent before this one had to wait, and was not acted on
  bool is_run = false;            // it is a run of its own; entries of older versions do not say so
  boost::json::object plan = {};  // what its tool is about to do (tool::Call::intend); empty: it does not say
};

// 5. A call's outcome is known: state done, failed or denied. What its tool queued meanwhile is part of the outcome.
struct Settled {
  llm::CallPosition call;
  llm::CallState state = llm::CallState::done;
  std::string key;
  std::string text;
  std::vector<llm::Image> images;
  std::vector<llm::Message> attached = {};    // user messages that follow the batch's results
  std::optional<std::string> submitted = {};  // an answer handed in through the submit tool
  std::vector<Artifact> artifacts = {};       // files that go out with the run's answer
  int runs_below = 0;                         // of a call that is a run: how many runs there were below that
  Notes notes = {};                           // for later calls
};

// A signal that no call of the run took.
struct LeftSignal {
  std::string name;
  boost::json::value payload;  // null: none
  WallTime at{};               // when it came
  bool operator==(const LeftSignal&) const = default;
};

// 6. A message from outside was said to the run between two steps. `undelivered`: the run ended before it took the
// message in, or took it in (an entry before says so) and got no response any more.
struct Steered {
  llm::Message message;
  // "steer" (a person), "critic", "session", "output" (why an answer cannot be taken), "signal" (undelivered)
  std::string source = {};
  bool undelivered = false;
  Boxed<LeftSignal> signal = {};  // what the message tells of; entries of older versions have none
};

// 7. The run parks. `calls`: those in doubt, when that is the reason. Right before `Ended`: the run does not wait for
// what happened to them.
struct Waited {
  WaitReason reason = WaitReason::timer;
  std::vector<llm::CallPosition> calls;
  std::string detail;
  std::optional<WallTime> wake_at;        // when the first of its parked calls is due
  std::vector<std::string> signals = {};  // by name: those that its parked calls wait for
};

// 8. A person asked that an in-doubt call is dispatched again, or a process that stopped had not sent it. The call
// counts as not dispatched.
struct Retried {
  llm::CallPosition call;
};

// 9. The run ended for good.
struct Ended {
  RunStatus status = RunStatus::ok;
  std::string output;  // empty: the text of the last assistant message
  std::string error;   // for people; empty when status is ok
  std::string error_code;
  std::string reason = {};  // of `cancelled`: what was said with the cancellation; empty: nothing was
};

// 10. A phase begins: a conversation of its own that starts with the run's input, and its prompt as rendered.
struct PhaseStarted {
  std::uint32_t index = 0;  // its place in the pipeline; names may repeat
  std::string name;
  std::string system_prompt;
  std::string model;  // resolved spec
};

// What the gate said about a call. Frozen names.
enum class Ruling { allow, rewrite, deny, ask };

struct GateDecision {
  std::uint32_t index = 0;  // the call's place in the open batch
  Ruling ruling = Ruling::allow;
  std::string arguments;  // of rewrite: the final ones; of ask: likewise, unless empty
  std::string reason;     // of deny and ask
};

// 12. The gate decided the whole open batch. Not written when the agent's own rules allow everything.
struct Gated {
  std::uint32_t response = 0;
  std::vector<GateDecision> decisions;
};

// 13. A person answered the approval a call waited for.
struct Approved {
  llm::CallPosition call;
  bool approved = false;
  std::string reason;
  std::string by = {};                     // that person; empty: not said
  std::optional<std::string> answer = {};  // of a call that asks a person: its outcome
};

// 14. The head of the conversation is sent as a summary from now on; or an attempt at that failed (`error`).
struct Compacted {
  // So many messages of the current conversation are compacted; of a failure: how many there were.
  std::uint32_t upto = 0;
  std::string summary;
  std::int64_t tokens_before = 0;
  std::int64_t tokens_after = 0;
  llm::Usage usage;
  std::string error;
  Cost cost = {};
};

// 15. The critic interfered. The nudge becomes a Steered entry before the next model call.
struct Criticised {
  std::string nudge;
  Milliseconds extend_by{0};
  int raise_steps_by = 0;
  bool kill = false;
  std::string reason;
  llm::Usage usage;
  Cost cost = {};
};

// 17. What a model call used that gave no response: it was cancelled, or it broke off. As far as its server said so.
struct Spent {
  std::string target;  // "provider/model"
  llm::Usage usage;
  Cost cost = {};
};

// 18. The model refused the request for its size. What was too large is sent as a note from now on.
struct Withheld {
  struct Item {
    llm::MessagePart part;
    std::string note;
  };
  std::vector<Item> items;
  std::string error;  // what the provider said
};

// 19. What was shown of a response that broke off since the run was stopped. It is no answer.
struct Cut {
  std::string text;
};

// 20. A call waits. That answers its intent: it had no effect.
struct Parked {
  llm::CallPosition call;
  llm::CallWait wait;
  bool may_have_happened = false;  // an attempt before the one that parked
};

// 21. What a parked call waited for is there, or its time is up. The call counts as not dispatched.
struct Woken {
  llm::CallPosition call;
  llm::CallWake wake;
};

// 22. The run had ended and goes on from here, as a person asked: its limits count anew. An answer that was cut or
// refused is asked for again, what was said to the run and came too late is heard now, and signals that no call took
// wait in the inbox again.
struct Reopened {
  std::string by;  // that person; empty: not said
};

// 23. From here on the run goes on with another definition of its agent (as `Admitted::agent`), as a person asked. Open
// calls that were not sent are put before the gate again.
struct Redefined {
  boost::json::object agent;
  std::string by;  // that person; empty: not said
};

// 24. A phase of kind `map` asks for a run for each of its items: these calls are its open batch. They count as a step,
// and no model was asked.
struct Mapped {
  std::vector<llm::ToolCall> calls;  // in the order of the items
};

// 25. A person gave a call that waited for an approval other arguments, and approves of what it has become: it is put
// before the gate again. A kind of its own, which older versions refuse: read as an approval, it would have them send
// what the person changed.
struct CallChanged {
  llm::CallPosition call;
  std::string was;        // the arguments until then
  std::string arguments;  // JSON, an object
  std::string reason;
  std::string by = {};  // that person; empty: not said
};

// 26. A source offered tools: they are the run's from the next model call on, in place of those that it offered before.
struct Offered {
  ToolOffer offer;
};

using Payload = std::variant<Admitted, Opened, Responded, Intended, Settled, Steered, Waited, Retried, Ended,
                             PhaseStarted, PhaseEnded, Gated, Approved, Compacted, Criticised, Generated, Spent,
                             Withheld, Cut, Parked, Woken, Reopened, Redefined, Mapped, CallChanged, Offered>;

[[nodiscard]] std::string_view to_string(PhaseEnd how);
[[nodiscard]] std::string_view to_string(Ruling ruling);

// The kind's number: its place in Payload, counted from 1.
[[nodiscard]] inline int kind_of(const Payload& payload) { return static_cast<int>(payload.index()) + 1; }
[[nodiscard]] std::string_view kind_name(int kind);  // "responded", ...; "unknown"

struct Entry {
  std::uint64_t seq = 0;    // from 1, without gaps
  WallTime at{};            // when it was made
  Milliseconds elapsed{0};  // time the run has been owned and running by then, over all attempts
  Payload payload;
};

// Nesting that decode accepts, and readers of what encode wrote should: inputs and kept parts of answers, each of which
// may be as deep as parse_json takes it, have levels around them in a payload.
inline constexpr std::size_t kDeepestBody = 256;

// The stored form of a payload. decode throws Error "journal.malformed" or, for another format, "journal.newer" or
// "journal.older".
[[nodiscard]] std::string encode(const Payload& payload);
[[nodiscard]] Payload decode(int kind, std::string_view body);

// Whether an error's code says that another executus, an older or a newer one, can read what this one cannot.
[[nodiscard]] constexpr bool is_of_other_format(std::string_view code) {
  return code == "journal.newer" || code == "journal.older";
}

// Whether it says that no executus can read it.
[[nodiscard]] constexpr bool is_damage(std::string_view code) {
  return code == "journal.malformed" || code == "journal.base_missing";
}

}  // namespace executus::journal
