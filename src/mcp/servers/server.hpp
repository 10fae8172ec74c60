// One server of this process: started when it is needed, kept while it is used, started again with growing pauses when
// it fails. Each is alone with that: nothing of it holds up another.
//
// Threads: any. It lives on a strand of its own.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/base/result.hpp>

#include "mcp/connection/connection.hpp"
#include "mcp/servers/restart_pace.hpp"
#include "mcp/servers/server_config.hpp"

namespace executus::mcp {

// A server that can be called: what it is, and which tools it has now.
struct ReadyServer {
  std::shared_ptr<Connection> connection;
  Opened opened;
  std::shared_ptr<const std::vector<ListedTool>> tools;

  [[nodiscard]] const ListedTool* find(std::string_view remote) const;
};

class Server final : public std::enable_shared_from_this<Server> {
 public:
  struct Parts {
    ServerConfig config;
    std::shared_ptr<ClientSide> client;
    std::function<std::unique_ptr<Transport>(std::shared_ptr<Strand> strand)> transport;
    std::function<std::string(std::string_view text)> masked = {};  // without the secrets it was given
    // Asked while it is idle: true when nobody uses it and nobody can come to, so that its life ends. Absent: false.
    std::function<bool()> retire = {};
  };
  static constexpr Milliseconds kKeptUnused{30'000};

  explicit Server(Parts parts) : parts_(std::move(parts)) {}

  // Its life, until it is cancelled; once, as a root task. `self` keeps it.
  [[nodiscard]] static Task<void> live(std::shared_ptr<Server> self);

  // The server, when it has started; begins that where it has to be. At once: an Error that says why it cannot be used
  // now, while it waits to be started again.
  [[nodiscard]] static Task<Result<ReadyServer>> ready(std::shared_ptr<Server> self);

  // As it is at this moment; nothing when it is not ready.
  [[nodiscard]] std::optional<ReadyServer> now() const;

  // It is kept as long as it has users.
  void add_user();
  void remove_user();
  [[nodiscard]] bool is_used() const;

  [[nodiscard]] const ServerConfig& config() const noexcept { return parts_.config; }
  [[nodiscard]] std::string masked(std::string_view text) const {
    return parts_.masked ? parts_.masked(text) : std::string(text);
  }

 private:
  enum class State { idle, starting, ready, waiting };
  using Tools = std::shared_ptr<const std::vector<ListedTool>>;
  [[nodiscard]] Task<bool> live_once();
  [[nodiscard]] Task<std::optional<Error>> start_and_serve();
  [[nodiscard]] Task<void> start();
  [[nodiscard]] Task<void> serve();
  [[nodiscard]] Task<void> let_go();
  [[nodiscard]] Task<void> pause(Error why, Milliseconds time);
  [[nodiscard]] Task<Tools> list(Opened opened);
  [[nodiscard]] Task<void> list_again();
  [[nodiscard]] Task<void> wait_for_news(std::optional<MonoTime> until);
  void tell_news();
  void become(State state, std::optional<Error> problem);

  const Parts parts_;
  RestartPace pace_;  // this and the next three: on its strand
  std::optional<MonoTime> ready_since_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<Strand> strand_;

  mutable std::mutex mutex_;
  State state_ = State::idle;
  bool wanted_ = false;
  int users_ = 0;
  bool list_is_old_ = false;
  std::optional<Error> ended_;    // the connection's end
  std::optional<Error> problem_;  // why it waits
  std::optional<ReadyServer> ready_;
  std::vector<OneShot<>> waiting_;  // for the end of the start
  OneShot<> news_;
};

}  // namespace executus::mcp
