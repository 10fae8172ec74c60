#include "runtime/builtin_agents.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BuiltinAgents : public ::testing::Test {
 protected:
  Result<AgentFile> load(const std::string& name) {
    RuntimeOptions options;
    options.environment = &environment_;
    options.agent_folders = {folder_.path().string()};
    return Runtime(std::move(options)).load_agent(name);
  }
  testing::TemporaryFolder folder_;
  FixedEnvironment environment_{{{"OPENAI_API_KEY", "k"}}};
};

TEST_F(BuiltinAgents, AreGoodOnes) {  // [SKP-14]
  EXPECT_THAT(builtin_agent_names(), ElementsAre("researcher", "reviewer", "triage"));
  for (const auto& name : builtin_agent_names()) {
    auto file = load(name);
    ASSERT_TRUE(file.ok()) << file.error().message();
    EXPECT_EQ(file->agent.name, name);
    EXPECT_NE(file->agent.description, "");
    EXPECT_THAT(file->warnings, IsEmpty());
  }
}

TEST_F(BuiltinAgents, GiveWayToAFileOfTheirName) {  // [SKP-14]
  std::ofstream(folder_ / "triage.yaml") << "name: triage\ndescription: Mine.\n";
  EXPECT_EQ(load("triage").value().agent.description, "Mine.");
  EXPECT_THAT(load("reviewr").error().message(), HasSubstr("no agent 'reviewr'"));
}

}  // namespace
}  // namespace executus
