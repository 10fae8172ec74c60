// A tool call that parked: what it waits for, and what woke it. Values, as the journal stores them.
#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include <executus/base/clock.hpp>

namespace executus::llm {

struct CallWait {
  std::optional<WallTime> until = {};  // nothing: only a signal wakes it
  // Set when `until` was reckoned from a length of time, which counts from `begun` on whatever the calendar says.
  std::optional<Milliseconds> lasts = {};
  BootMoment begun = {};
  std::string signal = {};  // its name; empty: it waits for a time alone
};

struct CallWake {
  enum class By { time, signal };  // frozen names
  By by = By::time;
  boost::json::value payload = nullptr;  // of the signal
};

}  // namespace executus::llm
