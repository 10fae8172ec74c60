// Port: what a server may ask of its client outside a call, and what it says to no one in particular.
//
// Threads: any; quick. Nothing throws.
#pragma once

#include <string>
#include <vector>

#include <executus/base/log.hpp>

#include "mcp/wire/capabilities.hpp"

namespace executus::mcp {

struct Root {
  std::string uri;  // file://...
  std::string name = {};
};

class ClientSide {
 public:
  virtual ~ClientSide() = default;

  // What is declared when a connection opens.
  [[nodiscard]] virtual Capabilities capabilities() const = 0;

  // The folders the server is to work in. Empty where none are declared.
  [[nodiscard]] virtual std::vector<Root> roots() const = 0;

  // A line of the server's log, or a complaint of ours about what it sends.
  virtual void said(LogLevel level, const std::string& line) = 0;
};

}  // namespace executus::mcp
