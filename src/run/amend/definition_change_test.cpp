// What another definition changes, and what keeps a run from it.
#include "run/amend/definition_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/definition/source_declaration.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(DefinitionChange, IsNoneWhereOnlyWhatIsFoundOutDiffers) {  // [DUR-22]
  Agent before, after;
  after.model_tier = "smart";
  after.session = Agent::Session::later;
  EXPECT_THAT(changes_between(before, after), IsEmpty());
}

TEST(DefinitionChange, IsNotHinderedByACallOfAToolThatThereNeverWas) {  // [DUR-22]
  llm::Response response;
  response.message = llm::assistant_message("", {{"a", "nowhere", "{}"}});
  response.finish = llm::FinishReason::tool_calls;
  journal::Checkpoint run;
  run.conversation.add_response(response);
  EXPECT_THAT(hindrances(run, Agent(), Agent()), IsEmpty()) << "it is answered with an error";
}

// The call may have been sent, and without its tool it could not be settled.
TEST(DefinitionChange, IsHinderedByAnOpenCallOfASourceThatIsDeclaredOtherwise) {  // [DUR-22] [MCP-05]
  llm::Response response;
  response.message = llm::assistant_message("", {{"a", "fs.read", "{}"}});
  response.finish = llm::FinishReason::tool_calls;
  boost::json::object declaration{{"kind", "mcp"}, {"name", "fs"}};
  journal::Checkpoint run;
  run.conversation.add_response(response);
  run.offered = journal::OfferedTools{};
  run.offered->offers = {{"fs", declaration_digest(declaration), {{"fs.read", "pure", "1"}}}};
  Agent same, other;
  same.declared_tools = {declaration};
  same.source_tools = {"fs.*"};
  declaration["url"] = "https://example.org";
  other.declared_tools = {declaration};
  EXPECT_THAT(hindrances(run, same, same), IsEmpty());
  auto unnamed = same;
  unnamed.source_tools = {"fs.list"};
  EXPECT_THAT(hindrances(run, same, unnamed), ElementsAre(HasSubstr("the new definition names no such tool")));
  EXPECT_THAT(hindrances(run, same, other), ElementsAre(HasSubstr("declares 'fs' otherwise, or not at all")));
  EXPECT_THAT(hindrances(run, same, Agent()), ElementsAre(HasSubstr("declares 'fs' otherwise, or not at all")));
}

}  // namespace
}  // namespace executus::run
