// Calls into what a host wired, where a fault of the host must not spread: what it throws is logged.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/base/log.hpp>

namespace executus {

// In a catch block. Logs what was thrown, after `complaint` and a colon; the complaint comes in pieces.
inline void log_caught(Logger& logger, LogLevel level, std::initializer_list<std::string_view> complaint) {
  std::string text;
  for (auto piece : complaint) text += piece;
  logger.log(level, text + ": " + current_error().message());
}

template <class Call>
void contained(Logger& logger, LogLevel level, std::initializer_list<std::string_view> complaint, Call&& call) {
  try {
    std::forward<Call>(call)();
  } catch (...) {
    log_caught(logger, level, complaint);
  }
}

}  // namespace executus
