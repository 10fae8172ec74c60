// What agents keep with kv_* and file_* is there in the next run, and encrypted where a key is given.
#include <fstream>
#include <sstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StorageCommands : public CliProgram {
 protected:
  std::string database() const {
    std::stringstream bytes;
    for (const char* end : {"", "-wal"}) bytes << std::ifstream(folder() / ("state.db" + std::string(end))).rdbuf();
    return bytes.str();
  }
};

TEST_F(StorageCommands, KeepValuesAndFilesBetweenRuns) {  // [TLS-08] [TLS-09] [TOOL-10]
  environment_["EXECUTUS_STORAGE_KEY"] = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  write("executus.yaml", "storage: {keys: ['${EXECUTUS_STORAGE_KEY}']}\n");
  const std::string tools = "tools: ['kv_*', 'file_*']\n";
  agent("diary",
        "  - calls: [{tool: kv_set, arguments: {key: tea, value: xyzzy}},\n"
        "            {tool: file_save, arguments: {name: a.txt, content: plugh, scope: agent}}]\n"
        "  - text: Kept.\n",
        tools);
  ASSERT_EQ(run({"run", "diary", "I like tea.", "--run-id", "r1"}).out, "Kept.\n");
  agent("diary",
        "  - calls: [{tool: kv_get, arguments: {key: tea}}, {tool: file_list, arguments: {scope: agent}}]\n"
        "  - text: Read.\n",
        tools);
  ASSERT_EQ(run({"run", "diary", "What do I like?", "--run-id", "r2"}).out, "Read.\n");

  auto events = run({"runs", "events", "r2", "--json"}).out;
  EXPECT_THAT(events, HasSubstr(R"({\"value\":\"xyzzy\"})"));
  EXPECT_THAT(events, HasSubstr(R"(\"name\":\"a.txt\")"));
  EXPECT_EQ(run({"runs", "erase", "r1", "--yes"}).exit, 0);
  EXPECT_EQ(run({"runs", "erase", "r2", "--yes"}).exit, 0);
  EXPECT_THAT(database(), Not(HasSubstr("xyzzy"))) << "what the agent keeps is encrypted";
  EXPECT_THAT(database(), Not(HasSubstr("plugh")));
}

}  // namespace
}  // namespace executus::testing
