// How a client finds out which version a server speaks. Modern servers are asked with server/discover; whatever is no
// modern answer to that means that the server wants `initialize`, in a new process when the probe has ended its
// process. Pure: it is told what came, and says what to do next.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>

#include "mcp/era/opened.hpp"
#include "mcp/wire/capabilities.hpp"
#include "mcp/wire/json_rpc.hpp"

namespace executus::mcp {

class Handshake final {
 public:
  struct Setup {
    Capabilities ours = {};
    std::optional<Version> hint = {};   // what the server spoke the last time
    Milliseconds probe_time{10'000};    // for the answer to the probe
    Milliseconds startup_time{60'000};  // for the answer to initialize
  };
  explicit Handshake(Setup setup) : setup_(setup) {}

  struct Send {
    Request request;
    Milliseconds wait{0};  // then silence()
  };
  struct Restart {};  // a new process, then restarted()
  struct Wait {};     // nothing: what came says nothing
  using Next = std::variant<Send, Restart, Wait, Opened, Error>;

  [[nodiscard]] Next begin();
  [[nodiscard]] Next answered(const Response& response);
  // By HTTP, with a status of 400 and more. `challenge`: WWW-Authenticate.
  [[nodiscard]] Next refused(int status, std::string_view body, std::string_view challenge);
  [[nodiscard]] Next silence();
  [[nodiscard]] Next closed(std::string_view why);  // the process has ended, or its outputs are closed
  [[nodiscard]] Next restarted() { return initialize(); }

 private:
  enum class Stage { probing, initializing } stage_ = Stage::probing;
  [[nodiscard]] Next probe();
  [[nodiscard]] Next initialize();
  [[nodiscard]] Next read_probe(const Response& response);
  [[nodiscard]] Next choose(const boost::json::object& discovered, const boost::json::array& versions);
  [[nodiscard]] Next unsupported(const RpcError& error);
  [[nodiscard]] Next read_initialize(const Response& response);
  [[nodiscard]] Next no_initialize(Error why);

  const Setup setup_;
  int probes_ = 0;
  int initializes_ = 0;
  bool silent_ = false;  // the probe was not answered in time
  bool restarted_ = false;
};

}  // namespace executus::mcp
