// A tool of an MCP server, as a run was offered it.
//
// A call that the server has not answered within its idle limit, or its total one, is cancelled there; what came of it
// is unknown then, and its effect class decides. What the server refused, or cannot have got, did nothing.
#pragma once

#include <string>

#include <executus/tool/tool.hpp>

#include "mcp/call/call_outcome.hpp"
#include "mcp/offer/server_offer.hpp"
#include "mcp/servers/server_pool.hpp"

namespace executus::mcp {

class McpTool final : public tool::Tool {
 public:
  // `pool` outlives it.
  McpTool(ServerPool& pool, ServerConfig config, StoredTool stored);

  [[nodiscard]] const tool::ToolInfo& info() const override { return info_; }
  [[nodiscard]] Task<tool::Outcome> call(tool::Call call) override;

 private:
  [[nodiscard]] Task<tool::Outcome> made(ReadyServer server, tool::Call call) const;
  struct Reading {  // what an answer is read with
    Version version;
    Results results = Results::unchecked;
  };
  [[nodiscard]] Reading reading(const ReadyServer& server) const;
  [[nodiscard]] Task<tool::Outcome> heard_out(Exchange exchange, Reading reading,
                                              std::shared_ptr<StartPermit> permit) const;
  [[nodiscard]] Task<std::string> templates_of(std::shared_ptr<Connection> connection) const;
  [[nodiscard]] tool::Outcome read(const Response& response, Reading reading) const;
  [[nodiscard]] tool::Outcome out_of_time(const CallClock& clock, StartPermit& permit) const;
  [[nodiscard]] Connection::Ask request_of(tool::Call& call) const;
  [[nodiscard]] std::string why_not_now(const ReadyServer& server) const;

  ServerPool& pool_;
  const ServerConfig config_;
  const StoredTool stored_;
  const tool::ToolInfo info_;
};

}  // namespace executus::mcp
