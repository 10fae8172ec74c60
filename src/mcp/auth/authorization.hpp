// Port: what an HTTP request to a server is let in with.
//
// Absent: requests go without. Threads: on the strand of the connection; one call at a time may wait, others as well.
#pragma once

#include <string>

#include <executus/async/task.hpp>

namespace executus::mcp {

class Authorization {
 public:
  virtual ~Authorization() = default;

  // The value of the header Authorization, fresh enough to be used now; empty: there is none yet. Throws Error mcp.*
  // when one that is old cannot be renewed now.
  [[nodiscard]] virtual Task<std::string> header() = 0;

  // The server refused `used` with 401 or 403 and this WWW-Authenticate. Whether header() gives another now, so that
  // it is worth to ask once more. Throws Error mcp.* that says what a person has to do.
  [[nodiscard]] virtual Task<bool> renew(std::string used, int status, std::string challenge) = 0;
};

}  // namespace executus::mcp
