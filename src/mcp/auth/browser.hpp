// Port: shows a person the page of an authorization server, and waits for what it sends back.
#pragma once

#include <string>

#include <executus/async/task.hpp>

namespace executus::mcp {

class Browser {
 public:
  virtual ~Browser() = default;

  // Where that page is to send the person afterwards.
  [[nodiscard]] virtual std::string redirect_uri() = 0;

  // The URL, or its path and query, that the person was sent to. Throws Error when nothing came.
  [[nodiscard]] virtual Task<std::string> visit(std::string url) = 0;
};

}  // namespace executus::mcp
