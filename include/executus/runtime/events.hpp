// What happens in a run, as it happens: provisional events while a response is made, and every entry of its journal.
//
//   for (const Event& event : run.events())
//     if (auto* text = event.as<TextDelta>()) std::cout << text->text << std::flush;
//
// Committed events are the run's journal: each entry comes once, in order, without a gap, whichever process drives the
// run, and carries its sequence number. A reader that comes back asks for events after the last number it has seen.
//
// A stream is of one run. Runs below it come as Delegated, with their ids: Runtime::attach(id) follows one.
//
// Provisional events are of runs that live in this process, and of what happens while there is a reader. They stand
// where they happened: what is shown of a response comes after the entries that led to it, and before the entry that
// holds it. A reader that is slow loses the oldest of them (Lagged tells how many), and never a committed one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/reply.hpp>
#include <executus/journal/entry.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/question.hpp>

namespace executus {

// Provisional: of response `ordinal` of the run (from 0), which is not durable, and of the `attempt` at it (from 0).
struct TextDelta {
  std::uint32_t ordinal = 0;
  int attempt = 0;
  std::string text;
};
struct ReasoningDelta {
  std::uint32_t ordinal = 0;
  int attempt = 0;
  std::string text;
};
struct ArgumentsDelta {  // of a tool call that the model is writing
  std::uint32_t ordinal = 0;
  int attempt = 0;
  std::string call_id;  // the server's; empty where it gives none
  std::string tool;
  std::string text;
};
// What was shown of this attempt is dropped. The model may be asked again, here or in the process that goes on.
struct AttemptReset {
  std::uint32_t ordinal = 0;
  int attempt = 0;
};
// A tool call, of this run or of one below it (`child`), begins or is over.
struct ActivityChanged {
  Activity activity;
  RunId child = {};  // empty: a call of this run
};
// Why the run does not move: a model call failed and is tried again, the store is away.
struct Delayed {
  std::string reason;
};
// So many provisional events were lost here, since they were not read in time: an AttemptReset may be among them.
struct Lagged {
  std::size_t lost = 0;
};

// Committed: the run waits. Where it still does, `questions` are for a person (Runs::approve, reject, resolve), and
// `how_to_answer` says in words what lets it go on, a line for each.
struct Waiting {
  WaitReason reason = WaitReason::timer;
  std::string detail = {};
  std::optional<WallTime> wake_at = {};
  std::vector<std::string> signals = {};  // by name: those it waits for (Runs::signal)
  std::vector<Question> questions = {};
  std::string how_to_answer = {};
};
// Committed: a call of this run is a run of its own, which is in the store by now. After a crash it may come again, for
// the same child.
struct Delegated {
  RunId child = {};
};
// Committed: the run is over. The end of a run that was reopened since is `Committed`.
struct Ended {
  RunOutcome outcome;
};
// Committed: an entry of any other kind.
struct Committed {};

struct Event {
  using What = std::variant<Committed, Waiting, Delegated, Ended, TextDelta, ReasoningDelta, ArgumentsDelta,
                            AttemptReset, ActivityChanged, Delayed, Lagged>;
  RunId run = {};
  std::uint64_t seq = 0;  // of the journal entry; 0: provisional
  What what = {};
  std::shared_ptr<const journal::Entry> entry = {};  // of a committed event: all that the journal says

  [[nodiscard]] bool committed() const noexcept { return seq > 0; }

  // As one of the types above, or as one of the journal's (executus/journal/entry.hpp): event.as<journal::Responded>().
  // Null: it is another.
  template <class T>
  [[nodiscard]] const T* as() const noexcept;
};

// For readers elsewhere, one object a line or message. Of a committed event: its entry as `runs events --json` has it,
// with "run_id"; of Waiting also "questions" and "how_to_answer", of Delegated "child", of Ended "outcome". Of a
// provisional one: "run_id", "kind" (text_delta, reasoning_delta, arguments_delta, attempt_reset, activity, delayed,
// lagged) and its fields; it has no "seq".
[[nodiscard]] boost::json::object to_json(const Event& event);

struct EventOptions {
  std::uint64_t after = 0;  // entries beyond this one; 0: from the beginning
  // at_rest: the stream ends when the run has ended, waits, is quarantined, or is left without a process that drives
  // it. at_end: it stays open meanwhile, and goes on with the run in whichever process.
  enum class Until { at_rest, at_end };
  Until until = Until::at_rest;
  std::size_t buffer = 256;  // provisional events that are kept for a slow reader; 0: none are wanted
};

class EventReader;

// One reader of one run. Reading ends as EventOptions::until says; a reader that is dropped changes nothing, and what
// waits for its next event is told that there is none. Threads: one at a time. Runs of other processes are looked at
// twice a second.
class EventStream final {
 public:
  explicit EventStream(std::shared_ptr<EventReader> reader);  // the runtime's
  EventStream(EventStream&&) noexcept;
  EventStream& operator=(EventStream&&) noexcept;
  ~EventStream();

  // The next event; nothing: that was all. Throws Error store.* when the store cannot be read, journal.* when an entry
  // cannot, run.unknown when there is no such run: ask again, and no committed event is lost. An event whose reply is
  // dropped, or whose wait is cancelled, is gone: go on with a stream after the last number that was seen.
  [[nodiscard]] Reply<std::optional<Event>> next();

  // A range for blocking readers: each step is next().get(). One pass.
  class Iterator;
  [[nodiscard]] Iterator begin();
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::shared_ptr<EventReader> reader_;
};

class EventStream::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = Event;
  using difference_type = std::ptrdiff_t;
  [[nodiscard]] const Event& operator*() const noexcept { return *event_; }
  [[nodiscard]] const Event* operator->() const noexcept { return &*event_; }
  Iterator& operator++() {
    event_ = stream_->next().get();
    return *this;
  }
  void operator++(int) { ++*this; }
  [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept { return !event_; }

 private:
  friend class EventStream;
  explicit Iterator(EventStream& stream) : stream_(&stream) { ++*this; }
  EventStream* stream_;
  std::optional<Event> event_;
};

inline EventStream::Iterator EventStream::begin() { return Iterator(*this); }

namespace detail {
template <class T, class Variant>
inline constexpr bool is_one_of = false;
template <class T, class... Ts>
inline constexpr bool is_one_of<T, std::variant<Ts...>> = (std::is_same_v<T, Ts> || ...);
}  // namespace detail

template <class T>
const T* Event::as() const noexcept {
  if constexpr (detail::is_one_of<T, journal::Payload>) {
    return entry ? std::get_if<T>(&entry->payload) : nullptr;
  } else {
    if (std::is_same_v<T, Committed> && !committed()) return nullptr;
    return std::get_if<T>(&what);
  }
}

}  // namespace executus
