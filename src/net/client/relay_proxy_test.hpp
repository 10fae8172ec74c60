// An HTTP proxy on loopback for the tests. Whatever host it is asked for, it connects to one port of this machine, so
// that a name which exists nowhere shows whether client or proxy resolves it. CONNECT makes a tunnel, "GET http://..."
// is passed on as "GET /...".
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <executus/testing/http_server.hpp>

namespace executus::net {

class RelayProxy final {
 public:
  // `refuse`: a status in place of relaying.
  explicit RelayProxy(std::uint16_t upstream, std::optional<int> refuse = std::nullopt);
  ~RelayProxy();  // ends all connections and joins
  RelayProxy(const RelayProxy&) = delete;
  RelayProxy& operator=(const RelayProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::vector<std::string> heads() const;  // of what it was asked for: one per connection, as sent

 private:
  void accept_loop();
  void serve(int client);
  [[nodiscard]] std::string read_head(int client) const;
  void relay(int client, int server) const;

  const std::uint16_t upstream_;
  const std::optional<int> refuse_;
  const int listener_;
  const std::uint16_t port_;
  const executus::testing::Gate stop_;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::list<std::thread> threads_;  // the accepting thread's
  std::thread acceptor_;
};

}  // namespace executus::net
