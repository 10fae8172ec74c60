// Agent files as a program that embeds executus reads them.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

// A host with an agents/ folder, and a tool of its own.
class LoadAgent : public ::testing::Test {
 protected:
  LoadAgent() : runtime_(options()) {
    runtime_.tools().add(make_tool<Nothing>({.name = "ring", .effect = Effect::pure}, [](Nothing) { return "rang"; }));
  }
  RuntimeOptions options() const {
    RuntimeOptions options;
    options.database = (folder_ / "state.db").string();
    options.agent_folders = {folder_.path().string()};
    return options;
  }
  void write(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }
  // With a scripted model of these turns.
  void agent(const std::string& name, const std::string& turns, const std::string& more) {
    write(name + ".turns", "turns:\n" + turns);
    write(name + ".yaml",
          "name: " + name + "\nmodel: scripted/" + (folder_ / (name + ".turns")).string() + "\n" + more);
  }

  const executus::testing::TemporaryFolder folder_;
  Runtime runtime_;
};

TEST_F(LoadAgent, ReadsAFileThatRunsWithItsInputs) {
  agent("triage", "  - {calls: [{tool: ring}]}\n  - text: Done.\n",
        "system_prompt: 'Look at {{inputs.service}}.'\ntools: [ring]\n"
        "inputs: {type: object, properties: {service: {type: string}}, required: [service]}\n");
  auto file = runtime_.load_agent("triage").value();
  Invocation invocation;
  invocation.prompt = "go";
  EXPECT_FALSE(apply_inputs(file, {}).ok());
  invocation.inputs = apply_inputs(file, {{"service", "db"}}).value();

  auto outcome = runtime_.run(file.agent, invocation);

  EXPECT_EQ(file.agent.system_prompt, "Look at db.");
  EXPECT_EQ(outcome.output, "Done.") << outcome.error;
  EXPECT_EQ(runtime_.load_agent((folder_ / "triage.yaml").string())->agent.name, "triage");
}

TEST_F(LoadAgent, SaysAllThatIsWrongWithTheFileAndThoseItNames) {
  write("bad.yaml", "name: bad\nmodle: x\ntools: [rnig]\nagents: [worse]\n");
  write("worse.yaml", "name: worse\ntools: 3\n");

  auto file = runtime_.load_agent("bad");

  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code(), "config.agent");
  EXPECT_THAT(file.error().message(),
              AllOf(HasSubstr("bad.yaml:2:1: error: unknown key 'modle'"), HasSubstr("did you mean 'ring'?"),
                    HasSubstr("worse.yaml:2:8: error: 'tools' has to be a list")));
}

TEST_F(LoadAgent, SaysWhatIsCalledAlmostSo) {
  agent("triage", "", "");
  agent("copy", "", "");
  write("other.yaml", "name: twin\n");
  write("more.yaml", "name: twin\n");

  EXPECT_THAT(runtime_.load_agent("triaeg").error().message(), HasSubstr("did you mean 'triage'?"));
  EXPECT_THAT(runtime_.load_agent("twin").error().message(), HasSubstr("more than one file"));
  EXPECT_THAT(runtime_.load_agent("no/such.yaml").error().message(), HasSubstr("cannot read"));
}

TEST_F(LoadAgent, WarnsWhereADefaultWillSurprise) {
  write("lax.yaml", "name: lax\nmodel: scripted/x\ncommand_tools: [{name: t, description: d, command: [x]}]\n");

  EXPECT_THAT(runtime_.load_agent("lax")->warnings, ElementsAre(HasSubstr("warning: no 'effect' given")));
}

TEST_F(LoadAgent, DelegatesToWhatLiesInTheSameFolder) {  // [PAL-02]
  agent("boss", "  - {calls: [{tool: agent__kid, arguments: {prompt: ring}}]}\n  - text: It rang.\n",
        "agents: [kid]\n");
  agent("kid", "  - {calls: [{tool: ring}]}\n  - text: Rung.\n", "tools: [ring]\n");

  auto outcome = runtime_.run(runtime_.load_agent("boss").value().agent, "go");

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.tool_calls.at(0).state, llm::CallState::done);
}

// The parent asks its child; both change together or not at all.
TEST_F(LoadAgent, AHostThatKeepsFilesCurrentStartsRunsWithThem) {
  auto kept = options();
  kept.agent_files = AgentFiles::kept_current;
  Runtime runtime(std::move(kept));
  agent("parent", "  - {calls: [{tool: agent__kid, arguments: {prompt: go}}]}\n  - text: done\n", "agents: [kid]\n");
  agent("kid", "  - text: first\n", "description: first\n");
  auto parent_says = [&] {
    auto agent = runtime.load_agent("parent").value().agent;
    auto outcome = runtime.run(agent, "go");
    EXPECT_EQ(outcome.output, "done") << outcome.error;
    return runtime.load_agent("kid")->agent.description;
  };
  EXPECT_EQ(parent_says(), "first");

  write("kid.yaml", "name: kid\nmodle: x\n");
  EXPECT_EQ(parent_says(), "first");
  EXPECT_FALSE(runtime.load_agent((folder_ / "kid.yaml").string()).ok()) << "a path is read as it is";
  agent("kid", "  - text: second\n", "description: second\n");
  EXPECT_EQ(parent_says(), "second");
}

TEST_F(LoadAgent, AHostThatKeepsFilesCurrentMayHaveNoAgentFolder) {
  auto kept = options();
  kept.agent_files = AgentFiles::kept_current;
  kept.agent_folders.clear();
  Runtime runtime(std::move(kept));

  EXPECT_FALSE(runtime.load_agent("parent").ok());
}

}  // namespace
}  // namespace executus
