#include "mcp/servers/server_pool.hpp"

#include <filesystem>
#include <utility>

#include <executus/net/client/http_client.hpp>

#include "base/percent.hpp"
#include "mcp/auth/kept_login.hpp"
#include "mcp/http/http_transport.hpp"
#include "mcp/servers/server_secrets.hpp"
#include "mcp/stdio/stdio_transport.hpp"
#include "tools/program/program_environment.hpp"

namespace executus::mcp {
namespace {

constexpr Milliseconds kPatience{1'000};  // with the end of a program, twice

// What a server is told of the run whose folder it works in.
class PoolClient final : public ClientSide {
 public:
  PoolClient(const ServerConfig& config, std::string root, std::shared_ptr<const ServerSecrets> secrets, Logger& logger)
      : prefix_("MCP server '" + config.name + "': "),
        has_roots_(config.roots),
        root_(std::move(root)),
        secrets_(std::move(secrets)),
        logger_(logger) {}

  Capabilities capabilities() const override {
    Capabilities ours;
    ours.roots = has_roots_;
    return ours;
  }
  std::vector<Root> roots() const override {
    if (!has_roots_) return {};
    return {{"file://" + percent_encoded(root_, "/-._~"), std::filesystem::path(root_).filename().string()}};
  }
  // A complaint may quote the beginning of a line.
  void said(LogLevel level, const std::string& line) override {
    logger_.log(level, prefix_ + secrets_->masked(line, Cut::at_end));
  }

 private:
  const std::string prefix_;
  const bool has_roots_;
  const std::string root_;
  const std::shared_ptr<const ServerSecrets> secrets_;
  Logger& logger_;
};

std::string directory_of(const ServerConfig& config, const std::string& root) {
  return (std::filesystem::path(root) / config.cwd).lexically_normal().string();
}

net::HttpHeaders expanded(const std::map<std::string, std::string>& headers, const Environment& environment) {
  net::HttpHeaders values;
  for (const auto& [name, text] : headers) values.emplace_back(name, expand_variables(text, environment).value());
  return values;
}

}  // namespace

void ServerPool::end() { lives_.cancel_all({Cause::shutdown, "the MCP servers of this process end"}); }

ServerPool::~ServerPool() {
  end();
  lives_.join();
}

ServerUse ServerPool::use(const ServerConfig& config, const std::string& root, const std::string& owner) {
  auto key = server_key(config, *parts_.environment, root, owner);
  std::lock_guard lock(mutex_);
  auto& server = servers_[key];
  if (server) return ServerUse(server);
  server = make(config, root, key);
  ServerUse use(server);
  lives_.spawn(Server::live(server));
  return use;
}

bool ServerPool::retire(const std::string& key) {
  std::lock_guard lock(mutex_);
  auto found = servers_.find(key);
  if (found == servers_.end() || found->second->is_used()) return false;
  servers_.erase(found);
  return true;
}

std::shared_ptr<Server> ServerPool::make(const ServerConfig& config, const std::string& root, const std::string& key) {
  auto secrets = std::make_shared<ServerSecrets>(config, *parts_.environment);
  auto client = std::make_shared<PoolClient>(config, root, secrets, *parts_.logger);
  Server::Parts parts{config, client, {}, {}, {}};
  parts.masked = [secrets](std::string_view text) { return secrets->masked(text); };
  parts.retire = [this, key] { return retire(key); };
  parts.transport = [this, config, root, client,
                     secrets](std::shared_ptr<Strand> strand) -> std::unique_ptr<Transport> {
    if (parts_.transport) return parts_.transport(config, std::move(strand));
    if (!config.url.empty()) {
      if (!parts_.http) throw failed("mcp.unreachable", "this host has no HTTP client");
      HttpChannel::Where where{parts_.http,
                               config.name,
                               expand_variables(config.url, *parts_.environment).value(),
                               expanded(config.headers, *parts_.environment),
                               {}};
      if (!net::find_header(where.headers, "Authorization"))  // a configured one is a person's own choice
        where.authorization = kept_login(*parts_.http, *parts_.environment, where.url, config.name,
                                         [secrets](const StoredToken& login) { secrets->add(login); });
      return std::make_unique<HttpTransport>(std::move(strand), std::move(where));
    }
    tools::LastingSpec program{config.command, tools::program_environment(*parts_.environment, config.environment, {}),
                               directory_of(config, root), kPatience};
    StdioTransport::Parts stdio{std::move(strand), parts_.guard, std::move(program), {}, {}};
    stdio.masked = [secrets](std::string_view text) { return secrets->masked(text, Cut::at_begin); };
    stdio.complain = [client](const std::string& problem) { client->said(LogLevel::warn, problem); };
    return std::make_unique<StdioTransport>(std::move(stdio));
  };
  return std::make_shared<Server>(std::move(parts));
}

}  // namespace executus::mcp
