// A conversation with a model: the transcript, and the tool calls of its last response that are not answered yet. A
// value; the agent loop decides on it, the journal's fold builds it. Nothing here does I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/boxed.hpp>
#include <executus/base/clock.hpp>
#include <executus/llm/call_wait.hpp>
#include <executus/llm/message.hpp>
#include <executus/llm/transcript.hpp>

namespace executus::llm {

// Frozen names (stored, and printed by `runs show`). parked: it waits for a time or a signal, then it is made again.
enum class CallState { pending, awaiting_approval, denied, dispatched, not_dispatched, done, failed, in_doubt, parked };

[[nodiscard]] std::string_view to_string(CallState state);

[[nodiscard]] constexpr bool is_settled(CallState state) {
  return state == CallState::done || state == CallState::failed || state == CallState::denied;
}

// Whether its intent is in the journal, and its outcome is not.
[[nodiscard]] constexpr bool may_have_been_sent(CallState state) {
  return state == CallState::dispatched || state == CallState::in_doubt;
}

// Where a call stands: which response asked for it (counted from 0), and its place among that response's calls.
struct CallPosition {
  std::uint32_t response = 0;
  std::uint32_t index = 0;
  auto operator<=>(const CallPosition&) const = default;
};

struct CallRecord {
  CallPosition position;
  ToolCall call;  // with the arguments it is dispatched with: the gate may have rewritten the model's
  CallState state = CallState::pending;
  bool decided = false;               // by the gate, durably
  bool changed_by_person = false;     // a person gave it other arguments
  bool agreed_to = false;             // with these it has a person's approval, and the gate is asked about them yet
  Boxed<std::string> why_asked;       // while it waits for an approval: what the gate said
  std::string key;                    // idempotency key
  std::string effect;                 // the class it was sent as, when it was gated
  int dispatches = 0;                 // of a gated call: how often its intent was journaled
  bool repeated_in_doubt = false;     // it was to be sent again while an earlier attempt may have happened
  bool armed = false;                 // dispatched, and certainly not sent; known to the process that wrote its intent
  std::optional<WallTime> intent_at;  // of the last dispatch of a gated call
  BootMoment intent_moment;           // likewise, while it is open
  bool is_run = false;                // it is a run of its own
  bool mapped = false;                // made from an item of a map: no model asked for it
  int runs_below = 0;                 // below that, once it has ended
  Boxed<CallWait> wait;               // set while it is parked
  Boxed<CallWake> wake;               // once it was woken, until it parks again or is settled
  Boxed<boost::json::object> plan;    // what its tool said it was about to do
  ToolResult result;                  // once settled; moved to the transcript when the whole batch is
  std::vector<Message> attached;      // likewise: user messages that follow the batch's results
};

// A piece of a message that is large: the text of one of its tool results, the images of one, or its own.
struct MessagePart {
  enum class Kind { result_text, result_images, images };
  std::uint32_t message = 0;  // of the current conversation
  Kind kind = Kind::result_text;
  std::uint32_t result = 0;  // which of its results
  bool operator==(const MessagePart&) const = default;
};

[[nodiscard]] std::string_view to_string(MessagePart::Kind kind);  // frozen names

class Conversation {
 public:
  Conversation() = default;
  // A conversation that counts its first response as number `first`: earlier responses are not in it.
  explicit Conversation(std::uint32_t first) : responses_(first), first_response_(first) {}

  // Begins anew with these messages, which may be those of an earlier conversation. Ordinals, calls and usage go on;
  // messages without an answer are dropped.
  void begin(const Transcript& messages);

  void add(Message message);             // a user or system message; while a batch is open it follows its results
  void add_response(Response response);  // its calls become the open batch
  // Calls that no model asked for become the open batch, as a response's do; it counts as one without usage.
  void add_mapped(const std::vector<ToolCall>& calls);
  // Precondition: the position is one of the open batch's. Returns what was attached to the batch when this closes it,
  // in the order of the calls, whatever order they came in.
  std::vector<Message> settle(CallPosition position, CallState state, ToolResult result,
                              std::vector<Message> attached = {});
  // Drops the last message, which is an answer that asks for no tool: it is to be given again. It remains a response.
  void drop_answer();
  // Replaces a part of a message by a note, because it cannot be sent any more. Throws Error "journal.malformed" when
  // the message has no such part.
  void replace_by_note(const MessagePart& part, const std::string& note);

  CallRecord& call_at(CallPosition position);  // an open one; throws Error "journal.malformed" when there is none
  // Of any response; null when there is none.
  [[nodiscard]] CallRecord* find_call(CallPosition position) noexcept;
  [[nodiscard]] const CallRecord* find_call(CallPosition position) const noexcept;

  [[nodiscard]] const Transcript& transcript() const noexcept { return transcript_; }
  [[nodiscard]] const Transcript& earlier() const noexcept { return earlier_; }        // before the last begin()
  [[nodiscard]] std::span<const CallRecord> calls() const noexcept { return calls_; }  // of all responses
  [[nodiscard]] std::span<const CallRecord> open_batch() const noexcept;         // empty when every call is answered
  [[nodiscard]] std::uint32_t responses() const noexcept { return responses_; }  // in all
  [[nodiscard]] int steps() const noexcept { return static_cast<int>(responses_ - first_response_); }  // since begin()
  [[nodiscard]] const Usage& usage() const noexcept { return usage_; }
  // The place of the message with the last batch's results, while nothing follows it but what its calls attached.
  [[nodiscard]] std::optional<std::size_t> results_at_end() const noexcept;
  // So many messages of the transcript it began with: what follows them was said since.
  [[nodiscard]] std::size_t began_with() const noexcept { return began_with_; }
  // Of all responses, and of the messages it began with.
  [[nodiscard]] bool has_call_id(std::string_view id) const { return call_ids_.contains(id); }
  // Changes whenever the transcript was changed otherwise than by adding to it.
  [[nodiscard]] std::uint32_t revision() const noexcept { return revision_; }
  // The finish reason of the last response since begin(); `stop` when there is none.
  [[nodiscard]] FinishReason last_finish() const noexcept { return last_finish_; }

 private:
  std::vector<Message> close_batch_when_settled();

  Transcript transcript_;
  Transcript earlier_;
  std::vector<Message> after_batch_;
  std::vector<CallRecord> calls_;
  struct HashOfText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_set<std::string, HashOfText, std::equal_to<>> call_ids_;
  std::uint32_t revision_ = 0;
  std::size_t began_with_ = 0;
  std::size_t results_ = 0;        // the place of the last batch's results, since begin()
  std::size_t after_results_ = 0;  // ... and behind what its calls attached; 0: there was no batch
  std::size_t batch_ = 0;          // index of the open batch's first call; calls_.size() when none is open
  std::uint32_t responses_ = 0;
  std::uint32_t first_response_ = 0;
  Usage usage_;
  FinishReason last_finish_ = FinishReason::stop;
};

// The conversation that `messages` were, result by result: what a host kept of one. Calls of the last response without
// a result are open. `earlier` responses came before them; `finish` is how the last one ended.
[[nodiscard]] Conversation conversation_of(const Transcript& messages, std::uint32_t earlier = 0,
                                           FinishReason finish = FinishReason::stop);

}  // namespace executus::llm
