// Where and when a reader of a broken stream goes on. Pure.
#pragma once

#include <optional>
#include <string>

#include <executus/base/clock.hpp>
#include <executus/net/client/sse_parser.hpp>

namespace executus::mcp {

class Resumption final {
 public:
  // What was read of a stream so far. A new event makes patient again.
  void read(const net::SseParser& parser, bool events_came);

  // How long to wait before the next try: the server's own time, else 1 s, doubled up to 30 s with each try that
  // brought nothing. nullopt: what needs an id cannot go on, for want of one or after ten such tries.
  enum class Needs { an_id, nothing };  // the answer to a POST can be found again by an id alone
  [[nodiscard]] std::optional<Milliseconds> next_wait(Needs needs);

  [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }

 private:
  std::string last_id_;
  std::optional<Milliseconds> retry_;
  int fruitless_ = 0;
};

}  // namespace executus::mcp
