// MCP over streamable HTTP: a POST for each message, its answer as JSON or as a stream of events; in legacy versions a
// session, which is begun again once when the server has forgotten it, and a standing stream for what the server says
// on its own account. On one strand.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <executus/async/strand.hpp>
#include <executus/async/task_group.hpp>
#include <executus/async/turns.hpp>

#include "mcp/connection/transport.hpp"
#include "mcp/http/event_reading.hpp"
#include "mcp/http/http_channel.hpp"

namespace executus::mcp {

class HttpTransport final : public Transport {
 public:
  HttpTransport(std::shared_ptr<Strand> strand, HttpChannel::Where where);

  void open(Inbound& inbound) override { inbound_ = &inbound; }
  void use(const Opened& opened) override;
  void send(Outgoing outgoing) override;
  void cancel(RpcId request) override;
  [[nodiscard]] Task<void> close() override;

 private:
  [[nodiscard]] Task<void> carry(Outgoing outgoing);
  [[nodiscard]] Task<std::optional<Loss>> answered(Outgoing outgoing, Hears hears);
  [[nodiscard]] Task<std::optional<Loss>> renewed(std::string forgotten);
  [[nodiscard]] Task<std::optional<Loss>> initialized_again();
  [[nodiscard]] Task<void> introduce();
  [[nodiscard]] Task<void> say(Notification notification, Milliseconds most);
  [[nodiscard]] Task<void> say_cancelled(RpcId request);
  [[nodiscard]] Task<void> listen();
  [[nodiscard]] Task<bool> heard_out(Resumption& place);
  [[nodiscard]] Task<void> end_session();
  void begin_listening();

  const std::shared_ptr<Strand> strand_;
  HttpChannel channel_;
  Inbound* inbound_ = nullptr;
  bool modern_ = false;
  std::optional<Request> initialize_;         // as it was sent: a new session begins with it
  std::optional<Notification> introduction_;  // notifications/initialized, likewise
  bool introducing_ = false;                  // what is sent meanwhile comes after it
  std::vector<Outgoing> held_;
  bool listening_ = false;
  Turns renewing_;
  std::map<RpcId, CancelScope*> under_way_;
  CancelScope scope_;
  TaskGroup group_;  // the last: its tasks use the others
};

}  // namespace executus::mcp
