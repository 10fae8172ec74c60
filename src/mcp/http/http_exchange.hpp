// One message that is POSTed, and what comes of it, to its end. A stream that breaks is gone on with where the server
// lets a reader do so, which sends nothing a second time.
#pragma once

#include <optional>

#include <executus/async/task.hpp>

#include "mcp/connection/transport.hpp"
#include "mcp/http/event_reading.hpp"
#include "mcp/http/http_answer.hpp"
#include "mcp/http/http_channel.hpp"

namespace executus::mcp {

class HttpExchange final {
 public:
  // `hears` gets each message that comes, the answer to a request last; what it returns counts for nothing.
  HttpExchange(HttpChannel& channel, Transport::Outgoing outgoing, Hears hears)
      : channel_(channel), outgoing_(std::move(outgoing)), hears_(std::move(hears)) {}

  // Nothing: it was answered, or taken where no answer belongs to it. Throws Cancelled alone.
  [[nodiscard]] Task<std::optional<Loss>> run();

 private:
  [[nodiscard]] Task<std::optional<Loss>> post();
  [[nodiscard]] Task<std::optional<Loss>> go_on();
  [[nodiscard]] Task<std::optional<Loss>> read(net::HttpStream stream);
  [[nodiscard]] Task<std::optional<Loss>> read_refusal(net::HttpStream stream);
  [[nodiscard]] Loss no_answer(const std::string& why) const;
  [[nodiscard]] Then hear(Message message);
  [[nodiscard]] bool begins_session() const;
  [[nodiscard]] std::optional<RpcId> asked() const;

  HttpChannel& channel_;
  const Transport::Outgoing outgoing_;
  const Hears hears_;
  Resumption place_;
  bool had_session_ = false;  // the request named one
  bool is_begun_ = false;     // the server has answered with a status
  bool can_go_on_ = false;
  bool answered_ = false;
};

}  // namespace executus::mcp
