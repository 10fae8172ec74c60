// Reads one run for one EventStream: its entries from the store, and between them what the hub has of it. That the
// entries come from the store alone is why none is missing and none comes twice; the hub says when to look.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <executus/async/of_this_process.hpp>
#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/journal/store.hpp>
#include <executus/runtime/events.hpp>

#include "runtime/events/event_hub.hpp"

namespace executus {

// What the run asks of a person now. Throws as EventStream::next() does.
using OpenQuestions = std::function<Task<std::vector<Question>>(RunId run)>;

// Carries out a step of a stream, or refuses it when what it needs is gone.
using CarryOut = std::function<Reply<std::optional<Event>>(Task<std::optional<Event>>)>;

// What streams are made from; group and store outlive what is carried out.
struct EventSource {
  RootGroup& group;
  journal::JournalStore& store;
  std::shared_ptr<EventHub> hub;  // null: no run of the store lives in this process
  OpenQuestions questions = {};   // empty: Waiting has no questions
  Milliseconds look_every{500};   // at a run that nothing is told of
  CarryOut carry_out = {};        // empty: in `group`
};

class EventReader final : public std::enable_shared_from_this<EventReader> {
 public:
  EventReader(EventSource source, RunId run, EventOptions options);
  ~EventReader() { close(); }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  [[nodiscard]] Reply<std::optional<Event>> next();

  // What waits is told that there is nothing more. Any thread.
  void close();

 private:
  static Task<std::optional<Event>> next_of(std::shared_ptr<EventReader> self, OneShot<> before, OneShot<> done);
  Task<std::optional<Event>> read_next();
  Task<void> look();
  Task<bool> is_at_rest(const journal::RunRow& row);
  Task<Event> committed();
  Task<Event::What> what_of(const journal::Entry& entry);
  Task<bool> still_waits(std::uint64_t seq);
  Task<Waiting> waiting(const journal::Waited& waited, bool still);
  Task<Event::What> ended(std::uint64_t seq);
  [[nodiscard]] Loop& loop() const noexcept { return source_.group.loop(); }
  [[nodiscard]] bool may_look() const;
  Task<void> wait(OneShot<> changed);
  [[nodiscard]] Event provisional(Event::What what) const;

  const HomeProcess home_;
  const EventSource source_;
  const RunId run_;
  const EventOptions options_;
  const std::shared_ptr<Unread> unread_;
  OneShot<> asked_;                     // set when the next() before is over
  std::deque<journal::Entry> entries_;  // read, and not handed out
  std::uint64_t read_;                  // handed out up to this one
  std::uint64_t newest_ = 0;            // in the store, at the last look
  std::uint64_t told_ = 0;              // by the hub, before it
  std::optional<MonoTime> next_look_;   // nothing: at once
  bool over_ = false;
};

[[nodiscard]] EventStream open_events(EventSource source, RunId run, EventOptions options);

}  // namespace executus
