// The row of a run that is being admitted: what every store makes of an admission.
#pragma once

#include <map>
#include <string>

#include <boost/json/object.hpp>

#include <executus/journal/store.hpp>

namespace executus::journal {

// All of it but `created`, `updated`, `worker`, `number` and `root`, which the store knows.
[[nodiscard]] RunRow row_of(const Admission& admission);

// Of a run that was to be owned and has no place: queued for its worker.
void leave_queued(RunRow& row);

// What a stored invocation says of its run for good. One of an older version lacks some of it: that has its default.
struct Noted {
  std::string channel;
  std::map<std::string, std::string> attributes;
  int priority = 0;
  std::string queue;
};
[[nodiscard]] Noted noted_in(const boost::json::object& invocation);

// Puts that, and the digest of the definition, into a row.
void note_admitted(RunRow& row, const Admitted& first);

}  // namespace executus::journal
