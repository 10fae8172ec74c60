// An agent file is told what is wrong with it when it is loaded: by `agents validate` and by `run` alike.
#include <algorithm>
#include <map>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Load : public CliProgram {
 protected:
  // Validated and run, it is refused for the same reason, and nothing is begun.
  void expect_refused(const std::string& more, const std::string& why) {
    agent("probe", "  - text: done\n", more);
    auto checked = run({"agents", "validate", "probe"});
    auto started = run({"run", "probe", "go"});
    EXPECT_EQ(checked.exit, 2) << more;
    EXPECT_EQ(started.exit, 2) << more;
    EXPECT_THAT(checked.err, AllOf(HasSubstr("agents/probe.yaml:"), HasSubstr(": error: "), HasSubstr(why)));
    EXPECT_THAT(started.err, HasSubstr(why));
    EXPECT_EQ(run({"runs", "list", "-q"}).out, "");
  }
};

TEST_F(Load, RefusesNamesThatFitNothing) {
  agent("kid", "  - text: done\n");
  expect_refused("agents: [kid]\npermissions: {ask: [agent__kdi]}\n", "did you mean 'agent__kid'?");
  expect_refused("agents: [kid]\nphases: [{name: one, tools: [agent__kdi]}]\n", "did you mean 'agent__kid'?");
  expect_refused("phases: [{name: plan}, {name: answer, system_prompt: \"From {{paln}}\"}]\n", "did you mean 'plan'?");
  expect_refused("agents: [kid, kid]\n", "named twice");
  expect_refused("agents: [probe]\n", "delegate to itself");
  expect_refused("allowed_tools: [now]\n", "did you mean 'tools'?");
}

TEST_F(Load, RefusesADelegateThatCannotBeUsed) {
  write("agents/kid.yaml", "name: kid\nmodle: fast\n");
  expect_refused("agents: [kid]\n", "kid.yaml:2:1: error: unknown key 'modle'");
}

// One file for each, validated together and run one by one.
TEST_F(Load, RefusesWhatCannotBeRightAsARunDoes) {
  const std::map<std::string, std::string> files{
      {"chain", "model: 'stub/m, '\n"},
      {"parameter", "model: 'stub/m?temprature=1'\n"},
      {"tier", "model: fsat\n"},
      {"inputs", "inputs: {type: string}\n"},
      {"fallback", "inputs: {type: object, properties: {n: {type: integer, default: x}}}\n"},
      {"required", "inputs: {type: object, required: [n]}\n"},
      {"phase", "phases: [{name: p, model: fsat}]\n"},
      {"variable", "command_tools: [{name: t, description: d, command: [x], effect: pure, env: {A: '${NOPE'}}]\n"},
      {"delegate", "agents: [tier]\n"},
      {"kind", "max_iterations: many\n"}};
  for (const auto& [name, more] : files) write("agents/" + name + ".yaml", "name: " + name + "\n" + more);

  auto checked = run({"agents", "validate"});

  EXPECT_EQ(checked.exit, 2);
  EXPECT_EQ(checked.out, "");
  for (const auto& [name, more] : files) {
    auto started = run({"run", name, "go"});
    EXPECT_EQ(started.exit, 2) << name;
    std::string line = "agents/" + name + ".yaml:2:";
    EXPECT_THAT(started.err, HasSubstr(line)) << name;
    auto from = started.err.find(line);
    EXPECT_THAT(checked.err, HasSubstr(started.err.substr(from, started.err.find('\n', from) - from))) << name;
  }
  EXPECT_EQ(run({"runs", "list", "-q"}).out, "");
}

TEST_F(Load, WarnsOfWhatIsNotConfiguredHereAndTellsNoValue) {
  environment_["SET_TOKEN"] = "hush";
  write("agents/far.yaml",
        "name: far\nmodel: openai/m\n"
        "command_tools: [{name: t, description: d, command: [x], effect: pure, env: {A: '${SET_TOKEN} ${NOPE}'}}]\n");

  auto checked = run({"agents", "validate", "far"});

  EXPECT_EQ(checked.exit, 0);
  EXPECT_THAT(checked.err, AllOf(HasSubstr("far.yaml:2:8: warning: a run is refused here: "),
                                 HasSubstr("OPENAI_API_KEY is not set"), HasSubstr("variable NOPE is not set")));
  EXPECT_THAT(checked.err, Not(HasSubstr("hush")));
  EXPECT_EQ(run({"run", "far", "go"}).exit, 2);
}

TEST_F(Load, MarksAndRefusesAgentsOfOneName) {
  agent("x", "  - text: done\n");
  write("agents/y.yaml", "name: x\nmodel: scripted/" + (folder() / "x.turns.yaml").string() + "\n");

  auto listed = run({"agents", "list"}), started = run({"run", "x", "go"});

  EXPECT_THAT(listed.out, AllOf(HasSubstr("(invalid)   agents/x.yaml"), HasSubstr("(invalid)   agents/y.yaml")));
  EXPECT_EQ(started.exit, 2);
  EXPECT_THAT(started.err, AllOf(HasSubstr("agents/x.yaml"), HasSubstr("agents/y.yaml"), HasSubstr("rename one")));
  EXPECT_EQ(run({"agents", "validate", "x"}).exit, 2) << "as the run of that name";
  EXPECT_THAT(run({"run", "agents/y.yaml", "go"}).err, HasSubstr("agents/y.yaml:1:7: error: 'x' is the name in "));
}

// Nobody will write into the pipe: it is told of, and not waited for.
TEST_F(Load, ReadsFilesAlone) {
  agent("a", "  - text: done\n");
  write("agents/far.yaml", "name: far\nsystem_prompt_file: ../pipe\n");
  make_pipe("pipe");
  make_pipe("agents/p.yaml");

  auto listed = run({"agents", "list"});
  auto validated = run({"agents", "validate"});

  EXPECT_EQ(run({"run", "a", "go"}).exit, 0);
  EXPECT_THAT(listed.out + listed.err, HasSubstr("agents/p.yaml"));
  EXPECT_EQ(validated.exit, 2);
  EXPECT_THAT(validated.err,
              AllOf(HasSubstr("agents/p.yaml"), HasSubstr("it is a named pipe, not a file"), HasSubstr("far.yaml:2:")));
  for (const Arguments& command : {Arguments{"run", "a", "go", "--replay", "pipe"},
                                   {"run", "agents/p.yaml", "go"},
                                   {"run", "a", "go", "--image", "pipe"},
                                   {"run", "a", "go", "--model", "scripted/pipe"}})
    EXPECT_THAT(run(command).err, HasSubstr("it is a named pipe, not a file"));
}

// A cassette knows the names it was recorded with, whatever is configured here.
TEST_F(Load, ReplaysModelsThatAreNotConfigured) {
  agent("a", "  - text: done\n");
  auto spec = "scripted/" + (folder() / "a.turns.yaml").string();
  write("agents/a.yaml", "name: a\nmodel: house\n");
  environment_["EXECUTUS_MODEL_TIER_HOUSE"] = spec;
  ASSERT_EQ(run({"run", "a", "go", "--record", "c.jsonl"}).exit, 0);
  environment_.erase("EXECUTUS_MODEL_TIER_HOUSE");

  EXPECT_EQ(run({"run", "a", "go"}).exit, 2);
  EXPECT_EQ(run({"run", "a", "go", "--replay", "c.jsonl"}).exit, 0);
}

TEST_F(Load, AFileNameCannotForgeALine) {
  write("agents/a\nb: ok\x1b[31m.yaml", "name: x\n");
  write("agents/c\nd.yaml", "modle: x\n");

  auto listed = run({"agents", "list"}), validated = run({"agents", "validate"});

  EXPECT_EQ(std::ranges::count(listed.out, '\n'), 6) << "heading, these, and three built-in: " << listed.out;
  EXPECT_EQ(std::ranges::count(validated.out, '\n'), 1) << validated.out;
  EXPECT_THAT(listed.out + validated.out, Not(HasSubstr("\x1b")));
}

TEST_F(Load, ShowsWhatIsTakenForWhatTheFileLeavesOut) {
  agent("a", "  - text: done\n");
  agent("b", "  - text: done\n", "max_runtime: 5m\nmax_iterations: 3\n");

  auto defaults = run({"agents", "show", "a", "--json"}).json(), own = run({"agents", "show", "b", "--json"}).json();

  EXPECT_EQ(defaults.at("max_runtime_ms"), 600'000);
  EXPECT_EQ(defaults.at("max_iterations"), 12);
  EXPECT_EQ(own.at("max_runtime_ms"), 300'000);
  EXPECT_EQ(own.at("max_iterations"), 3);
}

TEST_F(Load, LooksBesideTheConfigurationToo) {
  write("sub/executus.yaml", "");
  write("sub/agents/far.yaml", "name: far\n");
  write("agents/near.yaml", "name: near\n");

  EXPECT_EQ(run({"agents", "list", "-q", "--config", "sub/executus.yaml"}).out,
            "near\nfar\nresearcher\nreviewer\ntriage\n");
  EXPECT_EQ(run({"agents", "list", "-q"}).out, "near\nresearcher\nreviewer\ntriage\n");
}

TEST_F(Load, FindsAnAgentByTheNameThatListsShow) {
  agent("file", "  - text: done\n");
  write("agents/file.yaml", "name: called\nmodel: scripted/" + (folder() / "file.turns.yaml").string() + "\n");

  EXPECT_EQ(run({"agents", "list", "-q"}).out, "called\nresearcher\nreviewer\ntriage\n");
  EXPECT_EQ(run({"run", "called", "go", "--run-id", "r1"}).exit, 0);
  EXPECT_EQ(run({"runs", "list", "--agent", "called", "-q"}).out, "r1\n");
  EXPECT_EQ(run({"run", "file", "go", "--run-id", "r2"}).exit, 0) << "the file's own name does as well";
}

}  // namespace
}  // namespace executus::testing
