// Messages over the stdin and stdout of a program, one a line.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <executus/async/one_shot.hpp>
#include <executus/async/strand.hpp>

#include "mcp/connection/transport.hpp"
#include "tools/program/lasting_program.hpp"

namespace executus::mcp {

class StdioTransport final : public Transport {
 public:
  struct Parts {
    std::shared_ptr<Strand> strand;
    tools::Guard* guard = nullptr;
    tools::LastingSpec program = {};
    // A text of the server without secrets; it was cut at its beginning.
    std::function<std::string(std::string_view)> masked = {};
    // What is written to stdout and is no message, as banners are.
    std::function<void(std::string problem)> complain = {};
  };
  explicit StdioTransport(Parts parts);
  ~StdioTransport() override;

  void open(Inbound& inbound) override;
  void use(const Opened&) override {}
  void send(Outgoing outgoing) override;
  void cancel(RpcId request) override;
  [[nodiscard]] Task<void> close() override;
  [[nodiscard]] std::string last_words() const override;

 private:
  struct Relay;
  void heard(std::vector<std::string> lines);
  void hear(Message message);
  void ended(const tools::LastingEnd& end);
  void fail(Error why);
  [[nodiscard]] Error why_ended(const tools::LastingEnd& end) const;

  const Parts parts_;
  Inbound* inbound_ = nullptr;  // until it was told that this is closed
  std::shared_ptr<Relay> relay_;
  std::map<RpcId, std::uint64_t> under_way_;  // by the number of the piece that asks
  OneShot<> over_;
  std::unique_ptr<tools::LastingProgram> program_;  // last: its thread uses the relay
};

}  // namespace executus::mcp
