// What a runner does with a job at a moment. Pure.
#pragma once

#include <variant>

#include <executus/schedule/job.hpp>

namespace executus::schedule {

struct Limits {
  Milliseconds grace;    // so late a time is still in time
  Milliseconds max_age;  // older ones do not run
};

struct Wait {};  // nothing to do now
struct Move {    // missed times are skipped; `job` is to be kept, then decided on anew
  Job job;
};
struct Fire {
  WallTime due;
  bool late = false;  // it was missed
};
using Decision = std::variant<Wait, Move, Fire>;

// Throws what `next` throws.
[[nodiscard]] Decision decide(const Job& job, WallTime now, const Limits& limits, const NextTime& next);

// `job` with its open time closed, and open at the next one.
[[nodiscard]] Job closed(const Job& job, const NextTime& next);

}  // namespace executus::schedule
