// A pool of servers on a manual loop, each played by the test.
#pragma once

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <executus/async/root_group.hpp>
#include <executus/base/json.hpp>
#include <executus/testing/manual_loop.hpp>

#include "mcp/connection/fake_transport_test.hpp"
#include "mcp/servers/server_pool.hpp"

namespace executus::mcp {

// What one of them does: it answers initialize and tools/list, unless it does not start.
struct PlayedServer {
  FakeServer wire;
  bool starts = true;
  bool hears_log_level = true;
  bool silent = false;
  bool slow_list = false;     // it waits for next_page()
  bool no_transport = false;  // the system has no room for its pipes
  std::string tools = R"({"tools":[{"name":"add","inputSchema":{"type":"object"}}]})";
  std::function<void(const Request&)> on_call = {};

  void hear(const Request& request) {
    if (silent) return;
    if (!starts) return wire.inbound->closed(failed("mcp.unreachable", "its program could not be started"));
    if (request.method == "initialize")
      return wire.answers(request.id,
                          object(R"({"protocolVersion":"2025-11-25","capabilities":{"tools":{},"logging":{}}})"));
    if (request.method == "tools/list" && slow_list) return;
    if (request.method == "tools/list") return wire.answers(request.id, object(tools));
    if (request.method == "tools/call") return on_call ? on_call(request) : void();
    if (request.method == "logging/setLevel" && !hears_log_level) return;
    wire.refuses(request.id, -32601);
  }
  void next_page() {
    wire.answers(wire.asked.back(), object(R"({"tools":[],"nextCursor":")" + to_text(wire.asked.back()) + R"("})"));
  }
  static boost::json::object object(std::string_view text) { return parse_json(text).value().as_object(); }
};

struct LoggedLines final : Logger {
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class PlayedServers {
 public:
  PlayedServers() : pool_(parts()) {}
  ~PlayedServers() {
    tasks_.cancel_all({Cause::shutdown, "the test is over"});
    pool_.end();
    loop_.run_ready();
  }

  [[nodiscard]] PlayedServer& server(const std::string& name) { return servers_[name]; }
  [[nodiscard]] static ServerConfig config(const std::string& name) {
    return server_config({{"kind", "mcp"}, {"name", name}, {"command", {"server"}}}).value();
  }

  testing::ManualLoop loop_;
  std::map<std::string, PlayedServer> servers_;
  FixedEnvironment environment_{{{"MCP_TOKEN", "s3cret-of-the-server"}}};
  LoggedLines log_;
  ServerPool pool_;
  RootGroup tasks_{loop_};

 private:
  ServerPool::Parts parts() {
    ServerPool::Parts parts{&loop_, nullptr, nullptr, &environment_, &log_, {}};
    parts.transport = [this](const ServerConfig& config, std::shared_ptr<Strand>) {
      auto& played = servers_[config.name];
      if (played.no_transport) throw std::system_error(EMFILE, std::generic_category(), "a pipe");
      played.wire.on_request = [&played](const Request& request) { played.hear(request); };
      return std::make_unique<FakeTransport>(played.wire);
    };
    return parts;
  }
};

}  // namespace executus::mcp
