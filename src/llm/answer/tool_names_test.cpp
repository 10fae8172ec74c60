#include <set>

#include <gmock/gmock.h>

#include <executus/llm/kit/tool_names.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

ToolNames names_of(const std::vector<std::string>& tools) {
  std::vector<ToolSpec> specs;
  for (const auto& tool : tools) specs.push_back({tool, "", {}});
  return ToolNames(ToolSpecs(std::move(specs)));
}

// The names on the wire; fails the test when one does not come back as it was, or two are the same.
std::vector<std::string> wired(const std::vector<std::string>& tools) {
  auto names = names_of(tools);
  std::vector<std::string> wires;
  for (const auto& tool : tools) {
    wires.push_back(names.to_wire(tool));
    EXPECT_EQ(names.from_wire(wires.back()), tool);
    EXPECT_THAT(wires.back(), MatchesRegex("[a-zA-Z_][a-zA-Z0-9_-]{0,63}"));
  }
  EXPECT_EQ(std::set<std::string>(wires.begin(), wires.end()).size(), wires.size());
  return wires;
}

TEST(ToolNames, ThatFitStayAsTheyAre) {  // [LLM-26]
  EXPECT_THAT(wired({"grep", "_x", "Read-file_2"}), ElementsAre("grep", "_x", "Read-file_2"));
}

TEST(ToolNames, BeginWithALetterOrUnderscore) {  // [LLM-26]
  EXPECT_THAT(wired({"1c_reload", "-x", "7", "2.5"}), ElementsAre("_1c_reload", "_-x", "_7", "_2_5"));
}

TEST(ToolNames, HoldNothingThatAProviderRefuses) {  // [LLM-26]
  EXPECT_THAT(wired({"fs.read", ".x", "", "gr\xc3\xbc"}), ElementsAre("fs_read", "_x", "_", "gr__"));
}

TEST(ToolNames, AreNoLongerThan64Bytes) {  // [LLM-26]
  std::string longest(64, 'a'), digits(64, '1');

  EXPECT_THAT(wired({longest, longest + "b", digits}),
              ElementsAre(longest, std::string(62, 'a') + "_2", "_" + std::string(63, '1')));
}

TEST(ToolNames, ThatWouldBecomeTheSameAreNumbered) {  // [LLM-26]
  EXPECT_THAT(wired({"1x", "_1x", ".1x"}), ElementsAre("_1x_2", "_1x", "_1x_3"));
  EXPECT_THAT(wired({"-x", "._x", "_-x"}), ElementsAre("_-x_2", "__x", "_-x"));
}

TEST(ToolNames, OfNoToolAreMadeFitAlone) {  // [LLM-26]
  EXPECT_EQ(names_of({"grep"}).to_wire("1old.tool"), "_1old_tool");
  EXPECT_EQ(names_of({"grep"}).from_wire("invented"), "invented");
}

}  // namespace
}  // namespace executus::llm
