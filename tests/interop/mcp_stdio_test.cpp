// The MCP client against servers that others wrote, over their stdin and stdout.
#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "mcp/wire/json_rpc.hpp"
#include "mcp_servers.hpp"
#include "tools/program/program.hpp"

namespace executus::interop {
namespace {

using ::testing::HasSubstr;

// What a server writes when it reads these messages, and then the end of its input.
std::string answers_of(std::vector<std::string> command, const std::vector<mcp::Message>& messages) {
  tools::ProgramSpec spec{std::move(command), {}, "/", "", std::chrono::seconds(60)};
  for (const auto& message : messages) spec.input += mcp::write(message) + "\n";
  tools::Guard guard;
  return tools::run_program(guard, spec, {}).output.beginning();
}

TEST(McpServers, AnswerWhatWeWrite) {
  auto said = answers_of(everything_server(), {mcp::Request{"probe", "server/discover", {}}});
  auto line = mcp::read_messages(said.substr(0, said.find('\n')));
  ASSERT_TRUE(line) << said;
  const auto& response = std::get<mcp::Response>(line->messages.at(0));
  EXPECT_EQ(response.id, mcp::RpcId("probe"));
  ASSERT_TRUE(response.error());
  EXPECT_THAT(response.error()->message, HasSubstr("not found"));
}

}  // namespace
}  // namespace executus::interop
