#include <gmock/gmock.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Models : public CliProgram {
 protected:
  Models() {
    environment_["LLM_LAB"] = "openai+http://c4n4ry@127.0.0.1:1/v1";
    script("a", "  - text: ready\n");
  }
  std::string scripted() const { return "scripted/" + (folder() / "a.turns.yaml").string(); }
};

TEST_F(Models, TestMakesOneCall) {
  auto answer = run({"models", "test", scripted(), "--json"});
  EXPECT_EQ(answer.exit, 0) << answer.err;
  EXPECT_EQ(answer.json().at("answer"), "ready");
  EXPECT_EQ(answer.json().at("served_by").as_string(), scripted());
}

TEST_F(Models, TestExplainsAFailure) {  // [LLM-09]
  auto refused = run({"models", "test", "lab/m"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("cannot be reached"), HasSubstr("127.0.0.1:1"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(run({"models", "test", "lab/m", "--json"}).json().at("error_code"), "model.unreachable");
}

TEST_F(Models, ABenchOutlivesTheProcessAndIsTakenBack) {  // [LLM-17]
  EXPECT_EQ(run({"models", "bench", scripted(), "--for", "2h", "--reason", "too slow"}).exit, 0);
  EXPECT_THAT(run({"models", "list"}).out, AllOf(HasSubstr("benched for 2h"), HasSubstr("too slow")));
  EXPECT_EQ(run({"models", "list", "--json"}).json().at("health").at(0).at("by_hand"), true);
  auto passed_over = run({"models", "test", scripted()});
  EXPECT_EQ(passed_over.exit, 1);
  EXPECT_THAT(passed_over.err, HasSubstr("models unbench"));
  EXPECT_EQ(run({"models", "unbench", scripted()}).exit, 0);
  EXPECT_EQ(run({"models", "test", scripted()}).exit, 0);
}

TEST_F(Models, ADamagedListOfBenchesIsNotOverwritten) {
  write("executus.db.models.json", "garbage");
  environment_["EXECUTUS_DB"] = (folder() / "executus.db").string();
  auto refused = run({"models", "bench", scripted()});
  EXPECT_EQ(refused.exit, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("executus.db.models.json"));
  EXPECT_EQ(read("executus.db.models.json"), "garbage");
}

// [LLM-18] A run goes on with the next model of its chain.
TEST_F(Models, ARunFallsBackToTheNextOfAChain) {  // [LLM-18] [LLM-11]
  agent("chained", "  - text: unused\n");
  auto finished = run({"run", "chained", "hi", "--model", "lab/gone," + scripted(), "--json"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.json().at("output"), "ready");
}

}  // namespace
}  // namespace executus::testing
