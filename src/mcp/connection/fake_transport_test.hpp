// A transport without a server: a test says what comes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/json.hpp>

#include "mcp/connection/client_side.hpp"
#include "mcp/connection/transport.hpp"

namespace executus::mcp {

// What happens on all transports of a connection, for the test to see and to play the server.
struct FakeServer {
  std::vector<std::string> written = {};  // messages, as JSON
  std::vector<RpcId> asked = {};          // the requests among them
  std::vector<RpcId> cancelled = {};
  std::vector<Opened> used = {};
  int opened = 0, closed = 0;
  bool reads = true;  // what is sent with a permit
  bool ends_badly = false;
  Inbound* inbound = nullptr;
  // What it does with a request; absent: nothing.
  std::function<void(const Request&)> on_request = {};

  void says(std::string_view text) {
    auto read = read_messages(text).value();
    for (auto& message : read.messages) inbound->message(std::move(message), std::nullopt);
  }
  void answers(const RpcId& id, boost::json::object result) {
    inbound->message(Response{id, std::move(result)}, std::nullopt);
  }
  void refuses(const RpcId& id, std::int64_t code) {
    inbound->message(Response{id, RpcError{code, "no", {}}}, std::nullopt);
  }
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(FakeServer& server) : server_(server) {}
  void open(Inbound& inbound) override {
    ++server_.opened;
    server_.inbound = &inbound;
  }
  void use(const Opened& opened) override { server_.used.push_back(opened); }
  void send(Outgoing outgoing) override {
    if (outgoing.permit && (!server_.reads || !outgoing.permit->begin())) return;
    server_.written.push_back(write(outgoing.message));
    const auto* request = std::get_if<Request>(&outgoing.message);
    if (!request) return;
    server_.asked.push_back(request->id);
    if (server_.on_request) server_.on_request(*request);
  }
  void cancel(RpcId request) override { server_.cancelled.push_back(std::move(request)); }
  Task<void> close() override {
    ++server_.closed;
    if (server_.ends_badly) throw Cancelled({Cause::deadline, "its end took too long"});
    co_return;
  }

 private:
  FakeServer& server_;
};

// What a client is that declares roots, and notes what a server says.
class FakeClient final : public ClientSide {
 public:
  Capabilities capabilities() const override {
    Capabilities ours;
    ours.roots = true;
    return ours;
  }
  std::vector<Root> roots() const override { return {{"file:///work", "work"}}; }
  void said(LogLevel, const std::string& line) override { lines.push_back(line); }
  std::vector<std::string> lines;
};

}  // namespace executus::mcp
