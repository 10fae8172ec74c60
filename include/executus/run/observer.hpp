// Port: watches a run. An observer is told of journal entries once they are durable (outcomes that the run does not
// wait for: with the next entry it does wait for, or a tenth of a second later when none has followed), and of
// provisional text.
//
// Absent: no effect. Threads: called on the run's strand, in order; must return quickly. Exceptions are contained.
#pragma once

#include <string_view>

#include <executus/base/ids.hpp>
#include <executus/journal/entry.hpp>
#include <executus/run/outcome.hpp>

namespace executus {

class RunObserver {
 public:
  virtual ~RunObserver() = default;

  virtual void on_entry(const RunId&, const journal::Entry&) {}

  // Announced before its tool is dispatched (running), and again when its outcome is durable, after the entry.
  virtual void on_activity(const RunId&, const Activity&) {}

  // The same of a run that this one delegated to, or of one below that.
  virtual void on_child_activity(const RunId& /*run*/, const RunId& /*child*/, const Activity&) {}

  // Text of a response that is not durable yet. on_reset: what was shown of response `ordinal` is dropped.
  virtual void on_text(const RunId&, std::uint32_t /*ordinal*/, std::string_view /*delta*/) {}
  virtual void on_reset(const RunId&, std::uint32_t /*ordinal*/) {}

  // A model call failed and is tried again, or a boundary waits for the store: why the run does not move.
  virtual void on_delay(const RunId&, std::string_view /*reason*/) {}
};

}  // namespace executus
