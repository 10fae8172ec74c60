// One open connection to one server: the handshake, requests side by side, what the server asks and says.
//
// Threads: it lives on one strand, that of the task that owns it; ask() and request() may be called from any. Shared,
// since callbacks of its transport and of timers may be on their way while its owner lets go: the owner closes it
// first.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <executus/async/loop.hpp>
#include <executus/async/one_shot.hpp>
#include <executus/async/strand.hpp>
#include <executus/base/result.hpp>

#include "mcp/connection/client_side.hpp"
#include "mcp/connection/exchange.hpp"
#include "mcp/connection/transport.hpp"
#include "mcp/era/handshake.hpp"

namespace executus::mcp {

class Connection final : public std::enable_shared_from_this<Connection>, private Inbound {
 public:
  struct Parts {
    std::shared_ptr<Strand> strand;
    // A transport to the server, which posts to that strand; again, when its program ended of the probe.
    std::function<std::unique_ptr<Transport>()> transport;
    std::shared_ptr<ClientSide> client;
    std::optional<Version> hint = {};
    Milliseconds probe_time{10'000};
    Milliseconds startup_time{60'000};
  };
  [[nodiscard]] static std::shared_ptr<Connection> make(Parts parts) {
    return std::shared_ptr<Connection>(new Connection(std::move(parts)));
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Finds out what the server speaks. Throws Error mcp.*, whose message says it without the server's name. Once;
  // close() it, however this ended.
  [[nodiscard]] Task<Opened> open();

  struct Ask {
    std::string method;
    boost::json::object params = {};
    Capabilities ours = {};                                         // for this request, of modern versions
    std::string log_level = {};                                     // likewise
    std::vector<std::pair<std::string, std::string>> headers = {};  // of HTTP
    std::shared_ptr<StartPermit> permit = {};
    Transport::Sends sends = Transport::Sends::repeatable;
  };
  // Only when open. Of a connection that has ended it hears a Loss that says so. `_meta` and the progress token are
  // added here.
  [[nodiscard]] Exchange ask(Ask ask);

  // The answer to it. Throws Error: mcp.refused for an error of the server, what is lost as its problem.
  [[nodiscard]] Task<boost::json::object> request(std::string method, boost::json::object params);

  // Before open(); called on the strand.
  void on_change(std::function<void(ListChanged changed)> told) { changed_ = std::move(told); }
  void on_end(std::function<void(Error why)> told) { ended_ = std::move(told); }

  // Ends the session or the program. What is under way is lost. From here on nothing is told. Not cancellable.
  [[nodiscard]] Task<void> close();

  [[nodiscard]] std::string last_words() const;

 private:
  explicit Connection(Parts parts) : parts_(std::move(parts)) {}
  void message(Message message, std::optional<RpcId> on) override;
  void lost(RpcId request, Loss loss) override;
  void closed(Error why) override;

  void act(Handshake::Next next);
  void act_on(Handshake::Send send);
  void act_on(Handshake::Restart);
  void act_on(Handshake::Wait) {}
  void act_on(Opened opened);
  void act_on(Error why);
  void start_transport();
  void set_timer(Milliseconds wait);
  void hear(Response response);
  void hear(const Notification& notification, const std::optional<RpcId>& on);
  void hear(const Request& request);
  void pass_on(LogLine line, const std::optional<RpcId>& on);
  void begin(RpcId id, Ask ask, std::shared_ptr<Mailbox> mailbox);
  void give_up(RpcId id);
  void forget_timer();
  [[nodiscard]] std::shared_ptr<Mailbox> take(const RpcId& id);
  void lose_all(const Error& why);

  const Parts parts_;
  std::unique_ptr<Transport> transport_;
  std::optional<Handshake> handshake_;  // until it is over
  RpcId asked_last_;                    // by the handshake
  TimerId timer_ = 0;                   // of the handshake
  std::uint64_t timers_ = 0;            // how many were set: an old one that rings says nothing
  OneShot<Result<Opened>> opening_;
  std::optional<Opened> open_;
  std::optional<Error> over_;
  std::map<RpcId, std::shared_ptr<Mailbox>> under_way_;
  std::atomic<std::int64_t> ids_ = 0;
  std::function<void(ListChanged)> changed_;
  std::function<void(Error)> ended_;
};

}  // namespace executus::mcp
