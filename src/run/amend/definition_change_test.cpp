// What another definition changes, and what keeps a run from it.
#include "run/amend/definition_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::run {
namespace {

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

}  // namespace
}  // namespace executus::run
