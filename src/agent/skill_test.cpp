#include <gtest/gtest.h>

#include <executus/agent/skill.hpp>
#include <executus/base/error.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::agent {
namespace {

TEST(Skill, AddsInstructionsAndToolsInOrder) {  // [AGT-11]
  testing::ManualLoop loop;
  std::string prompt = "Be good.";
  tool::Toolbox toolbox;
  add_skill(prompt, toolbox, {"First.", {}});
  add_skill(prompt, toolbox, clock_skill(loop.clock()));
  EXPECT_EQ(prompt.find("Be good.\n\nFirst.\n\nYou do not know"), 0u);
  ASSERT_EQ(toolbox.tools().size(), 1u);
  auto outcome = loop.run(toolbox.find("clock")->call({}));
  EXPECT_EQ(std::get<tool::Done>(outcome).text, "2023-11-14T22:13:20.000Z");
}

TEST(Skill, ChangesNothingWhenANameIsTaken) {  // [AGT-11] [AGT-05]
  testing::ManualLoop loop;
  std::string prompt;
  tool::Toolbox toolbox;
  add_skill(prompt, toolbox, clock_skill(loop.clock()));
  auto before = prompt;
  EXPECT_THROW(add_skill(prompt, toolbox, clock_skill(loop.clock())), Error);
  EXPECT_EQ(prompt, before);
  EXPECT_EQ(toolbox.tools().size(), 1u);
}

}  // namespace
}  // namespace executus::agent
