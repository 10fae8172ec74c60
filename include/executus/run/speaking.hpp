// What is said to a run from outside, in whichever process it lives. Durable when it returns; the process that drives
// the run, or takes it up next, takes it in. Executor::look_at_inbox makes a run that lives here look at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/message.hpp>
#include <executus/run/stored_run.hpp>

namespace executus {

// What became of something that was said to a run.
struct Said {
  enum What {
    accepted,  // durable: the run takes it in at its next boundary
    ended,     // the run is over, or is being cancelled; `status` says how it stands
    no_such_run
  };
  What what = accepted;
  RunStatus status = RunStatus::running;
  std::optional<GivenUp> given_up = {};  // of `ended`: why it is to end, when it has not ended yet
  friend bool operator==(const Said& said, What wanted) noexcept { return said.what == wanted; }
};

// Asks the run, and with it all runs below it, to end as cancelled. `reason`, for people, is RunOutcome::reason of the
// run itself; of several the first counts. Throws Error store.* with nothing changed, as all of these do.
[[nodiscard]] Task<Said> cancel_run(journal::JournalStore& store, RunId run, std::string reason = "");

// Hands the run a signal: the first call that waits for one of this name takes it, now or later (tool/tool.hpp).
// Signals of one name are taken in the order in which they came, each once; those left at the run's end are in
// RunOutcome::unheard. Throws besides Error signal.name for a name that is none, and signal.payload for a payload that
// is larger than kMostSignalBytes as JSON, or too deeply nested.
inline constexpr std::size_t kMostSignalBytes = 1'000'000;
[[nodiscard]] Task<Said> signal_run(journal::JournalStore& store, RunId run, std::string name,
                                    boost::json::value payload);

// Says `text` to the model before the run's next step, with `images` in the same message; they are fitted to the model,
// or end the run, as those of an invocation. Throws besides Error steer.images for an image without bytes or type, and
// for images that have more than kMostSteeredBytes together.
inline constexpr std::size_t kMostSteeredBytes = 20U << 20U;
[[nodiscard]] Task<Said> steer_run(journal::JournalStore& store, RunId run, std::string text,
                                   std::vector<llm::Image> images = {});

}  // namespace executus
