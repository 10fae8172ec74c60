// What a person can do about a run that did not simply end: the commands, ready to be pasted. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/journal/status.hpp>
#include <executus/run/outcome.hpp>

namespace executus::cli {

// A call that needs a decision.
struct OpenCall {
  std::string call_id;
  std::string tool;
  std::string arguments;
  std::string reason = {};  // why a person is asked, where somebody said
};

struct Stuck {
  std::string run;
  RunStatus status = RunStatus::waiting;
  std::string reason;
  std::vector<OpenCall> calls;           // those in doubt
  std::vector<OpenCall> approvals = {};  // those that wait for one
  std::string options = {};              // of the commands that drive the run on: " --record F"
  std::string agent = {};
  std::string worker = {};                // not empty: this one drives it now
  bool answered = false;                  // there were questions, and all of them are answered
  std::string given_up = {};              // not empty: why it is to end and asks nothing any more
  std::string unreadable = {};            // not empty: why its journal cannot be read here
  bool damaged = false;                   // likewise: no version can
  bool ready = false;                     // what it waited for is there: runs below it have ended, a signal has come
  std::vector<std::string> signals = {};  // by name: those it waits for
  bool stored = true;                     // false: there is no such run in the database
  std::optional<WallTime> due = {};       // when it goes on by itself
  std::vector<Stuck> below = {};          // runs it waits for
  bool more_below = false;                // there are more runs below it than were looked at
};

// What the outcome alone tells: its open calls, without their arguments.
[[nodiscard]] Stuck stuck(const RunOutcome& outcome);

// Why it stands still, in words a person can act on; "" where its status says all.
[[nodiscard]] std::vector<std::string> explanations(const Stuck& run);

// One command per line; empty when there is nothing to do.
[[nodiscard]] std::vector<std::string> next_commands(const Stuck& run);

}  // namespace executus::cli
