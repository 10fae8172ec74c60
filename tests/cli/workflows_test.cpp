// Workflows from agent files, and what a real kill leaves of them.
#include <csignal>
#include <random>
#include <set>
#include <sstream>

#include "cli_program.hpp"
#include "crash/seed.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

class Workflows : public CliProgram {
 protected:
  // The item that begins as the n-th, which the file `begins` says, waits for the file `go`.
  void SetUp() override {
    write("begins", "12");
    agent("worker", "  - calls: [{tool: work, arguments: {}}]\n  - text: Worked.\n",
          "command_tools:\n  - {name: work, description: Works., command: [sh, work.sh], cwd: ., "
          "parameters: {type: object}, effect: keyed}\n");
    write("work.sh", "cd \"" + folder().string() +
                         "\"\necho $EXECUTUS_IDEMPOTENCY_KEY >> ran\n"
                         "if [ $(sort -u ran | wc -l) -ge $(cat begins) ] && [ ! -e go ]; then : > stuck; "
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

// At items that the seed chooses.
TEST_F(Workflows, AMapThatIsKilledRunsTheItemAgainThatHadNoResult) {  // [WFL-01] [WFL-04] [DUR-29]
  const auto seed = crash::first_seed();
  SCOPED_TRACE("EXECUTUS_CRASH_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const char* run_id : {"r1", "r2"}) {
    auto item = std::uniform_int_distribution<std::size_t>(1, 12)(random);
    for (const char* left : {"ran", "stuck", "go"}) std::filesystem::remove(folder() / left);
    write("begins", std::to_string(item));
    auto started = start({"run", "boss", "go", "--run-id", run_id});
    until_exists("stuck");
    started->signal(SIGKILL);
    (void)started->finish();
    ASSERT_EQ(ran().size(), item);
    write("go", "");

    auto recovered = run({"recover"});

    EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
    auto keys = ran();
    EXPECT_EQ(keys.size(), 13u) << "those that had ended are not made again, and the one in flight with its key: "
                                << item;
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 12u);
  }
  ASSERT_EQ(run({"run", "boss", "go", "--run-id", "calm"}).exit, 0);
  for (const char* run_id : {"r1", "r2"}) EXPECT_EQ(digest(run_id), digest("calm"));
  EXPECT_NE(digest("r1"), "");
  EXPECT_THAT(run({"runs", "events", "r1"}).out, HasSubstr("mapped        12 items  agent__worker"));
}

TEST_F(Workflows, AreShownAsAGraph) {  // [WFL-03]
  write("agents/flow.yaml",
        "name: flow\nagents: [worker]\nphases:\n"
        "  - {name: plan, kind: prompt, output: {type: object, properties: {kind: {type: string}, items: {type: "
        "array}}}}\n"
        "  - {name: route, kind: branch, cases: [{when: {value: '{{plan.kind}}', equals: 'a \"b\"'}, next: tell}]}\n"
        "  - {name: each, kind: map, over: '{{plan.items}}', agent: worker, concurrency: 2}\n"
        "  - {name: again, kind: repeat, from: plan, until: {value: '{{plan.kind}}', equals: ok}, most: 3}\n"
        "  - {name: tell}\n");
  EXPECT_EQ(run({"agents", "show", "flow", "--graph"}).out,
            "1  plan   prompt  -> route\n"
            "2  route  branch  -> tell [{{plan.kind}} equals \"a \\\"b\\\"\"]  -> each [otherwise]\n"
            "3  each   map     (worker for each of {{plan.items}}, 2 at a time)  -> again\n"
            "4  again  repeat  (3 rounds at most)  -> plan [again, until {{plan.kind}} equals \"ok\"]  -> tell\n"
            "5  tell   loop    -> end\n");
  EXPECT_EQ(run({"agents", "show", "--graph=mermaid", "flow"}).out,
            "flowchart TD\n"
            "  p0[\"plan\"]\n"
            "  p1{\"route\"}\n"
            "  p2[[\"each: worker for each of {{plan.items}}, 2 at a time\"]]\n"
            "  p3{\"again: 3 rounds at most\"}\n"
            "  p4[\"tell\"]\n"
            "  p5([end])\n"
            "  p0 --> p1\n"
            "  p1 -- \"{{plan.kind}} equals #quot;a \\#quot;b\\#quot;#quot;\" --> p4\n"
            "  p1 -- \"otherwise\" --> p2\n"
            "  p2 --> p3\n"
            "  p3 -- \"again, until {{plan.kind}} equals #quot;ok#quot;\" --> p0\n"
            "  p3 --> p4\n"
            "  p4 --> p5\n");
  EXPECT_EQ(run({"agents", "show", "flow", "--graph=svg"}).exit, 2);
  EXPECT_EQ(run({"agents", "show", "flow", "--graph", "--json"}).json().at("format"), "text");
}

}  // namespace
}  // namespace executus::testing
