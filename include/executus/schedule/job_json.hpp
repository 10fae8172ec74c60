// A job as JSON, for stores and for people's programs. Names are frozen. Times are RFC 3339 in UTC, with milliseconds,
// which is all that a WallTime holds; the revision is the store's and not in it.
#pragma once

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>
#include <executus/schedule/job.hpp>

namespace executus::schedule {

[[nodiscard]] boost::json::object to_json(const Job& job);

// What to_json() wrote: the same job, with revision 0. Error "schedule.json" says what is wrong with it.
[[nodiscard]] Result<Job> job_from_json(const boost::json::value& value);

}  // namespace executus::schedule
