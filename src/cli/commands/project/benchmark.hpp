// `executus bench`: what a durable step costs on this machine. Everything is real (kernel, journal, fsync); only the
// model is scripted, in process, without latency.
//
// One run = 20 steps: 19 model responses with one call of the pure tool `echo` (about 200 bytes of arguments, 1 KiB of
// hardly compressible result), and a final text.
#pragma once

#include <string>
#include <vector>

#include <executus/async/loop.hpp>
#include <executus/journal/store.hpp>

namespace executus::cli {

struct StepFigures {
  int concurrency = 0;
  int runs = 0;
  double steps_per_second = 0;
  double cpu_seconds_per_1000_steps = 0;  // user + system, the whole process
};

// Complete runs, `concurrency` at a time, for about `seconds`. Throws Error when a run does not end ok.
[[nodiscard]] StepFigures measure_steps(journal::JournalStore& store, int concurrency, double seconds);

// Resident memory a run costs while it waits in its first model call, in KiB, with `runs` of them.
[[nodiscard]] double measure_waiting_run_kib(journal::JournalStore& store, int runs);

}  // namespace executus::cli
