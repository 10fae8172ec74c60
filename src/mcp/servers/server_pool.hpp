// The MCP servers of this process, shared between its runs.
//
// Threads: any.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <executus/async/root_group.hpp>
#include <executus/base/environment.hpp>
#include <executus/base/log.hpp>

#include "mcp/servers/server.hpp"

namespace executus::net {
class HttpClient;
}
namespace executus::tools {
class Guard;
}

namespace executus::mcp {

// A server that is kept while this lives.
class ServerUse final {
 public:
  explicit ServerUse(std::shared_ptr<Server> server) : server_(std::move(server)) { server_->add_user(); }
  ServerUse(ServerUse&&) noexcept = default;
  ServerUse& operator=(ServerUse&&) = delete;
  ~ServerUse() {
    if (server_) server_->remove_user();
  }
  [[nodiscard]] const std::shared_ptr<Server>& server() const noexcept { return server_; }

 private:
  std::shared_ptr<Server> server_;
};

class ServerPool final {
 public:
  // All of them outlive the pool.
  struct Parts {
    Loop* loop = nullptr;
    tools::Guard* guard = nullptr;
    net::HttpClient* http = nullptr;  // null: servers at a URL cannot be reached
    const Environment* environment = nullptr;
    Logger* logger = nullptr;
    // How a server is reached; absent: by pipes or HTTP, as it is declared.
    std::function<std::unique_ptr<Transport>(const ServerConfig& config, std::shared_ptr<Strand> strand)> transport =
        {};
  };
  explicit ServerPool(Parts parts) : parts_(parts), lives_(*parts.loop) {}
  // Ends all servers and waits for that: never on a thread of the loop.
  ~ServerPool();
  ServerPool(const ServerPool&) = delete;
  ServerPool& operator=(const ServerPool&) = delete;

  // The server of that declaration for a run with that root; nothing is begun yet. `owner`: the run.
  [[nodiscard]] ServerUse use(const ServerConfig& config, const std::string& root, const std::string& owner);

  // Asks all servers to end; the destructor waits for it.
  void end();

  [[nodiscard]] const Environment& environment() const noexcept { return *parts_.environment; }

 private:
  [[nodiscard]] std::shared_ptr<Server> make(const ServerConfig& config, const std::string& root,
                                             const std::string& key);
  [[nodiscard]] bool retire(const std::string& key);

  const Parts parts_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Server>> servers_;
  RootGroup lives_;  // last: they use the others
};

}  // namespace executus::mcp
