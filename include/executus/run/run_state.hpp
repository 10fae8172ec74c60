// How a run stands now, what it asks of a person, and what lets it go on: for hosts that show runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/base/error.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/question.hpp>
#include <executus/run/stored_run.hpp>

namespace executus {

struct RunState {
  journal::RunRow row;
  bool driven = false;                   // by a living process, this one or another
  std::string standing;                  // for people: "ok", "waiting (approval)", "running (left for recovery)"
  std::vector<Question> questions = {};  // its own, and then those of the runs below it that it waits for
  bool answered = false;                 // it asked, and all it asked is answered: it goes on when it is taken up
  bool ready = false;                    // the runs it waited for have ended, or its time or signal came: likewise
  std::optional<GivenUp> given_up = {};  // it is to end, and asks nothing any more
  std::optional<Error> unreadable = {};  // why its journal cannot be read here; what it asks is not known then
  std::vector<RunState> below = {};      // the runs it waits for that have not ended, oldest first
  bool more_below = false;               // there are more than kMostBelow; this is about the oldest
};

// The run of `row`, and the runs below it that it waits for. Throws Error store.*.
[[nodiscard]] Task<RunState> read_run_state(journal::JournalStore& store, journal::RunRow row);

// Why the journal of the run, or of one below it, cannot be read; nothing when all can.
[[nodiscard]] std::optional<Error> unreadable_in(const RunState& state);

}  // namespace executus
