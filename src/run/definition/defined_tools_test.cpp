#include "run/definition/defined_tools.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

bool takes(const char* now, const char* then) {
  return takes_arguments_of(boost::json::parse(now).as_object(), boost::json::parse(then).as_object());
}

constexpr const char* kThen =
    R"({"type":"object","properties":{"path":{"type":"string","description":"Old words."}},"required":["path"]})";

TEST(DefinedTool, IsTakenUpByOneThatIsOnlyDescribedOtherwise) {  // [DUR-39]
  EXPECT_TRUE(takes(kThen, kThen));
  EXPECT_TRUE(takes(
      R"({"required":["path"],"type":"object","properties":{"path":{"type":"string","description":"New."}}})", kThen));
  for (const char* word : {"title", "$comment"}) {
    auto said = [&](const char* text) {
      return R"({"type":"object","properties":{"path":{"type":"string",")" + std::string(word) + R"(":")" + text +
             R"("}}})";
    };
    EXPECT_TRUE(takes(said("New.").c_str(), said("Old.").c_str())) << word;
  }
}

TEST(DefinedTool, IsTakenUpByOneThatHasMoreOptions) {  // [DUR-39]
  EXPECT_TRUE(takes(
      R"({"type":"object","properties":{"path":{"type":"string"},"column":{"type":"integer"}},"required":["path"]})",
      kThen));
}

TEST(DefinedTool, IsNotTakenUpByOneThatTakesOtherArguments) {  // [DUR-39]
  for (
      const char* now :
      {R"({"type":"object","properties":{"path":{"type":"integer"}},"required":["path"]})",
       R"({"type":"object","properties":{"path":{"type":"string"},"mode":{"type":"string"}},"required":["path","mode"]})",
       R"({"type":"object","properties":{"file":{"type":"string"}},"required":["file"]})",
       R"({"type":"object","properties":{},"required":[]})", R"({})"})
    EXPECT_FALSE(takes(now, kThen)) << now;
}

TEST(DefinedTool, IsTakenUpByOneWhosePartsAreDescribedOtherwise) {  // [DUR-39]
  EXPECT_TRUE(takes(R"({"title":"A","anyOf":[{"type":"string","description":"B"},{"$comment":"C","type":"null"}]})",
                    R"({"anyOf":[{"type":"string"},{"title":"D","type":"null"}]})"));
  EXPECT_FALSE(takes(R"({"anyOf":[{"type":"string"}]})", R"({"anyOf":[{"type":"null"}]})"));
}

// Of what nothing was said before, anything was taken.
TEST(DefinedTool, IsNotTakenUpByOneThatSaysMoreOfARequiredMember) {  // [DUR-39]
  EXPECT_FALSE(takes(R"({"properties":{"path":{"type":"string"},"mode":{"type":"string"}},"required":["path","mode"]})",
                     R"({"properties":{"path":{"type":"string"}},"required":["path","mode"]})"));
}

TEST(DefinedTool, DoesWhatTheToolOfThisProcessDoes) {  // [DUR-34] [DUR-39]
  World world;
  auto tool = std::make_shared<EffectTool>("act", tool::Effect::probeable, world);
  tool->lacks = {"variable TOKEN is not set"};
  tool->probe_answer = tool::Done{"as the probe says", {}};
  tool::Toolbox toolbox;
  toolbox.add(tool);
  DefinedTool known;
  known.spec = tool->info().spec;
  known.spec.description = "As it was described then.";
  auto stored = as_defined(toolbox, {known});
  auto* adapter = stored.find("act");
  ASSERT_TRUE(adapter);
  executus::testing::ManualLoop loop;

  EXPECT_EQ(adapter->info().spec.description, "As it was described then.");
  EXPECT_EQ(adapter->info().effect, tool::Effect::probeable);
  EXPECT_EQ(adapter->missing(), tool->lacks);
  EXPECT_EQ(std::get<tool::Done>(loop.run(adapter->probe({}))).text, "as the probe says");
  EXPECT_EQ(std::get<tool::Done>(loop.run(adapter->call({}))).text, "did it");
}

TEST(DefinedTool, MayHaveAMemberNamedDescription) {  // [DUR-39]
  const char* with = R"({"type":"object","properties":{"description":{"type":"string"}}})";
  EXPECT_TRUE(takes(with, with));
  EXPECT_FALSE(takes(R"({"type":"object","properties":{"description":{"type":"integer"}}})", with));
}

}  // namespace
}  // namespace executus::run
