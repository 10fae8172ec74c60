// What is shown of a schedule.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/schedule/job.hpp>

namespace executus::cli {

// In its time zone: "2026-01-31T09:00:00+01:00"; in UTC where this machine does not know the zone.
[[nodiscard]] std::string local_time(const schedule::Job& job, WallTime time);

// Why it does nothing, what keeps it from it, or what became of the last times; empty: all is well.
[[nodiscard]] std::string state_of(const schedule::Job& job, WallTime now);

// What is stored of it, with the local time of the next one and its state.
[[nodiscard]] boost::json::object schedule_json(const schedule::Job& job, WallTime now);

// SCHEDULE, NEXT, LAST RUN, STATE.
[[nodiscard]] std::vector<std::string> schedule_row(const schedule::Job& job, WallTime now);

}  // namespace executus::cli
