// The official conformance suite of MCP drives our client (mcp_conformance_client.cpp). What fails stands in
// mcp_expected_failures.yml; docs/reference/mcp.md says what was run.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::interop {
namespace {

// What the suite says when something but the expected fails; empty when all is well.
std::string complaint_of(const std::string& revision) {
  testing::TemporaryFolder folder;
  const std::string home = EXECUTUS_INTEROP_HOME, log = (folder / "log").string();
  const std::string suite = home + "/node_modules/@modelcontextprotocol/conformance/dist/index.js";
  const std::string command =
      home + "/node " + suite + " client --timeout 250000 --command " EXECUTUS_MCP_CONFORMANCE_CLIENT +
      " --requirements " + revision + " -o " + (folder / "results").string() +
      " --expected-failures " EXECUTUS_INTEROP_FOLDER "/mcp_expected_failures.yml > " + log + " 2>&1";
  if (std::system(command.c_str()) == 0) return {};
  std::stringstream said;
  said << std::ifstream(log).rdbuf();
  return "the suite failed: " + said.str();
}

// Servers of the suite are answered within 10 s or taken for old ones: not by dozens of clients under a sanitizer at
// once.
constexpr bool kIsSlow =
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif

TEST(McpConformance, OfTheClientIsAsTheTableSays) {  // [MCP-08]
  if (kIsSlow) GTEST_SKIP() << "judged without a sanitizer";
  EXPECT_EQ(complaint_of("2025-11-25"), "");
  EXPECT_EQ(complaint_of("2026-07-28"), "");
}

}  // namespace
}  // namespace executus::interop
