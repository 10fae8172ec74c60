// Workflows from agent files, and what a real kill leaves of them.
#include <csignal>
#include <set>
#include <sstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

class Workflows : public CliProgram {
 protected:
  // The last item that begins waits for the file `go`.
  void SetUp() override {
    agent("worker", "  - calls: [{tool: work, arguments: {}}]\n  - text: Worked.\n",
          "command_tools:\n  - {name: work, description: Works., command: [sh, work.sh], cwd: ., "
          "parameters: {type: object}, effect: keyed}\n");
    write("work.sh", "cd \"" + folder().string() +
                         "\"\necho $EXECUTUS_IDEMPOTENCY_KEY >> ran\n"
                         "if [ $(sort -u ran | wc -l) -ge 12 ] && [ ! -e go ]; then : > stuck; "
                         "while [ ! -e go ]; do sleep 0.02; done; fi\necho done\n");
    agent("boss", "  - text: '{\"items\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}'\n",
          "agents: [worker]\nphases:\n"
          "  - {name: plan, kind: prompt, output: {type: object, properties: {items: {type: array}}}}\n"
          "  - {name: each, kind: map, over: '{{plan.items}}', agent: worker, concurrency: 1}\n");
  }
  std::multiset<std::string> ran() {
    std::stringstream lines(read("ran"));
    std::multiset<std::string> keys;
    for (std::string key; lines >> key;) keys.insert(key);
    return keys;
  }
  std::string digest(const std::string& run_id) { return run({"runs", "digest", run_id}).out; }
};

TEST_F(Workflows, AMapThatIsKilledRunsTheItemAgainThatHadNoResult) {  // [WFL-01] [WFL-04] [DUR-29]
  auto started = start({"run", "boss", "go", "--run-id", "r1"});
  until_exists("stuck");
  started->signal(SIGKILL);
  (void)started->finish();
  ASSERT_EQ(ran().size(), 12u);
  write("go", "");

  auto recovered = run({"recover"});

  EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  auto keys = ran();
  EXPECT_EQ(keys.size(), 13u) << "eleven had ended: the last one alone is made again, with its key";
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 12u);
  ASSERT_EQ(run({"run", "boss", "go", "--run-id", "calm"}).exit, 0);
  EXPECT_EQ(digest("r1"), digest("calm"));
  EXPECT_NE(digest("r1"), "");
  EXPECT_THAT(run({"runs", "events", "r1"}).out, HasSubstr("mapped        12 items  agent__worker"));
}

}  // namespace
}  // namespace executus::testing
