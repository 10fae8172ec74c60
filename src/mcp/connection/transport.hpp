// Port: carries messages between one connection and one server: a program's pipes, or HTTP.
//
// Threads: all methods, and those of Inbound, on the connection's strand. Nothing throws: what goes wrong is told to
// Inbound. An implementation that works on other threads posts to that strand, and tells nothing once it is destroyed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/start_permit.hpp>
#include <executus/async/task.hpp>
#include <executus/base/error.hpp>

#include "mcp/era/opened.hpp"
#include "mcp/wire/json_rpc.hpp"

namespace executus::mcp {

// Why a request has no answer, and whether the server may have got it.
struct Loss {
  enum class Got { no, maybe } got = Got::maybe;
  // refused: by an HTTP status. session_gone: a new one could not be had either. login: a person's is needed. cut: the
  // connection broke. ended: the server is gone.
  enum class Why { refused, session_gone, login, cut, ended } why = Why::cut;
  Error problem;
  int status = 0;              // of HTTP; 0: there was none
  std::string body = {};       // of a refusal by HTTP, as far as it was read
  std::string challenge = {};  // of login and of a refusal: WWW-Authenticate
};

class Inbound {
 public:
  // `on`: the request on whose answer the message came; nothing: it came on a channel that all requests share.
  virtual void message(Message message, std::optional<RpcId> on) = 0;
  virtual void lost(RpcId request, Loss loss) = 0;
  // No request is answered any more, those that are open neither; at most once.
  virtual void closed(Error why) = 0;

 protected:
  ~Inbound() = default;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // Begins. `inbound` outlives the transport, and is told nothing before this returns.
  virtual void open(Inbound& inbound) = 0;

  // From here on messages are of that version.
  virtual void use(const Opened& opened) = 0;

  // once: no byte of it is ever sent a second time, so it gets a connection of its own. For calls that must not be
  // repeated.
  enum class Sends { repeatable, once };
  struct Outgoing {
    Message message;
    std::vector<std::pair<std::string, std::string>> headers = {};  // of modern HTTP, besides its own; not encoded yet
    std::shared_ptr<StartPermit> permit = {};  // begun just before the first byte; one withdrawn is never sent
    Sends sends = Sends::repeatable;
  };
  virtual void send(Outgoing outgoing) = 0;

  // The answer to that request is not wanted any more. Nothing is told of it from here on.
  virtual void cancel(RpcId request) = 0;

  // Ends the session, or the program, within bounds of its own.
  [[nodiscard]] virtual Task<void> close() = 0;

  // The end of what the program wrote to stderr, without secrets; empty where there is none.
  [[nodiscard]] virtual std::string last_words() const { return {}; }
};

}  // namespace executus::mcp
