// Port: watches a run. An observer is told of journal entries once they are durable (outcomes that the run does not
// wait for: with the next entry it does wait for, or a tenth of a second later when none has followed), and of
// provisional text. Of a run that is not stored yet (Durability::lazy), and of one that nothing stores, it is told of
// entries as the run takes them in. What most programs want is made of it: executus/runtime/events.hpp.
//
// Absent: no effect. Threads: called on the run's strand, in order; must return quickly. Exceptions are contained.
#pragma once

#include <cstdint>
#include <string_view>

#include <executus/base/ids.hpp>
#include <executus/journal/entry.hpp>
#include <executus/run/outcome.hpp>

namespace executus {

// A response that is not durable yet: number `ordinal` of the run (from 0), asked for the `attempt`-th time (from 0)
// since this process asks for it. It follows the entry `after`, which may itself become durable a moment later.
struct ResponseDraft {
  std::uint32_t ordinal = 0;
  int attempt = 0;
  std::uint64_t after = 0;
};

class RunObserver {
 public:
  virtual ~RunObserver() = default;

  // Whether anything of this run is wanted now. False: what costs something to make (activities) may be left out.
  [[nodiscard]] virtual bool watches(const RunId&) const noexcept { return true; }

  virtual void on_entry(const RunId&, const journal::Entry&) {}

  // Announced before its tool is dispatched (running), and again when its outcome is durable, after the entry.
  virtual void on_activity(const RunId&, const Activity&) {}

  // The same of a run that this one delegated to, or of one below that.
  virtual void on_child_activity(const RunId& /*run*/, const RunId& /*child*/, const Activity&) {}

  // What the model writes. on_reset: what was shown of this draft is dropped; the model may be asked again, here or in
  // the process that goes on with the run.
  virtual void on_text(const RunId&, const ResponseDraft&, std::string_view /*delta*/) {}
  virtual void on_reasoning(const RunId&, const ResponseDraft&, std::string_view /*delta*/) {}
  virtual void on_arguments(const RunId&, const ResponseDraft&, std::string_view /*call_id*/, std::string_view /*tool*/,
                            std::string_view /*delta*/) {}
  virtual void on_reset(const RunId&, const ResponseDraft&) {}

  // A model call failed and is tried again, or a boundary waits for the store: why the run does not move.
  virtual void on_delay(const RunId&, std::string_view /*reason*/) {}
};

}  // namespace executus
