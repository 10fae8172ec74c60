// Where the browser of a person comes back to after a login: an address of this machine, for as long as this lives.
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <executus/base/clock.hpp>

#include "async/file_descriptor.hpp"

namespace executus::mcp {

class RedirectListener final {
 public:
  // `port` 0: a free one. Throws Error mcp.auth_answer.
  explicit RedirectListener(std::uint16_t port);

  [[nodiscard]] std::string uri() const;  // "http://127.0.0.1:PORT/callback"

  // Blocks until a browser comes with the answer of a login, and tells the person that it came: the path and query it
  // asked for. What else comes is refused. Nothing: time was up.
  [[nodiscard]] std::optional<std::string> wait(Milliseconds limit) const;

 private:
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace executus::mcp
