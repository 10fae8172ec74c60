// What a run asks of a person: what is open now, where it is asked, and the command that answers it.
#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kNote =
    "command_tools:\n  - {name: note, description: Notes., command: [sh, -c, \"cat >> notes; echo >> notes\"], cwd: ., "
    "parameters: {type: object}}\n";

// Three calls of one tool that wait for a person.
class Questions : public CliProgram {
 protected:
  void SetUp() override {
    agent("probe",
          "  - calls:\n"
          "      - {tool: note, arguments: {n: 1}}\n"
          "      - {tool: note, arguments: {n: 2}}\n"
          "      - {tool: note, arguments: {n: 3}}\n"
          "  - text: Done.\n",
          std::string("permissions: {ask: [note]}\n") + kNote);
    ASSERT_EQ(run({"run", "probe", "go", "--run-id", "r1"}).exit, 3);
    ids_ = asked();
    ASSERT_EQ(ids_.size(), 3u);
  }
  std::vector<std::string> asked() {
    std::vector<std::string> ids;
    auto pending = run({"runs", "pending", "--json"}).json();
    for (const auto& run_asked : pending.as_array())
      for (const auto& call : run_asked.at("calls").as_array()) ids.emplace_back(call.at("call_id").as_string());
    return ids;
  }
  std::vector<std::string> ids_;
};

TEST_F(Questions, ThatAreAnsweredAreNotAskedAgain) {  // [DUR-36]
  EXPECT_EQ(run({"runs", "approve", "r1", "--call", ids_[2]}).exit, 0);
  EXPECT_THAT(asked(), ElementsAre(ids_[0], ids_[1]));
  EXPECT_THAT(run({"runs", "show", "r1"}).out, Not(HasSubstr("--call " + ids_[2])));
  EXPECT_THAT(run({"runs", "wait", "r1"}).err, Not(HasSubstr("--call " + ids_[2])));
  EXPECT_EQ(run({"runs", "approve", "r1"}).exit, 2) << "two are open: which?";

  EXPECT_EQ(run({"runs", "approve", "r1", "--call", ids_[1]}).exit, 0);
  auto last = run({"runs", "reject", "r1", "--reason", "no"});
  EXPECT_EQ(last.exit, 0) << "one is open, so it need not be named: " << last.err;

  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("all it asked is answered"));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(read("notes"), "{\"n\":2}\n{\"n\":3}\n");
}

TEST_F(Questions, ThatAreAnsweredSayWhichAnswerCounts) {  // [DUR-36]
  ASSERT_EQ(run({"runs", "reject", "r1", "--call", ids_[0]}).exit, 0);

  auto again = run({"runs", "approve", "r1", "--call", ids_[0]});

  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, AllOf(HasSubstr("already answered"), HasSubstr("rejected")));
}

// A parent whose delegate asks.
class QuestionsBelow : public CliProgram {
 protected:
  void SetUp() override {
    agent("kid", "  - {calls: [{tool: note, arguments: {city: Oslo}}]}\n  - text: Noted.\n",
          std::string("permissions: {ask: [note]}\n") + kNote);
    agent("boss", "  - {calls: [{tool: agent__kid, arguments: {prompt: note it}}]}\n  - text: Done.\n",
          "agents: [kid]\n");
    started_ = run({"run", "boss", "go", "--run-id", "mine"});
    ASSERT_EQ(started_.exit, 3) << started_.err;
    child_ = run({"runs", "tree", "mine", "--json"}).json().at("children").at(0).at("run_id").as_string();
  }
  Finished started_;
  std::string child_;
};

TEST_F(QuestionsBelow, AreToldWhereTheRunAboveIsLookedAt) {  // [DUR-29] [DUR-36]
  auto approve = "executus runs approve " + child_;
  EXPECT_THAT(started_.err, AllOf(HasSubstr("it waits for run " + child_ + " (kid)"), HasSubstr(approve)));
  EXPECT_THAT(run({"recover", "mine"}).out, HasSubstr(approve));
  EXPECT_THAT(run({"runs", "show", "mine"}).out, HasSubstr(approve));
  auto refused = run({"runs", "approve", "mine"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr(approve));
  EXPECT_EQ(run({"recover"}).exit, 3);
}

TEST_F(QuestionsBelow, OnceAnsweredARecoveryOfTheRunAboveGoesOnWithBoth) {  // [DUR-29]
  ASSERT_EQ(run({"runs", "approve", child_}).exit, 0);

  auto recovered = run({"recover", "mine"});

  EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  EXPECT_EQ(show("mine").at("output"), "Done.");
  EXPECT_EQ(show(child_).at("output"), "Noted.");
}

TEST_F(QuestionsBelow, AreNotAskedOnceTheRunAboveIsCancelled) {  // [DUR-29] [DUR-38]
  ASSERT_EQ(run({"runs", "cancel", "mine", "--yes"}).exit, 0);

  auto pending = run({"runs", "pending"});
  auto approved = run({"runs", "approve", child_});

  EXPECT_THAT(pending.out, Not(HasSubstr("runs approve")));
  EXPECT_EQ(approved.exit, 2) << approved.out;
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show(child_).at("status"), "cancelled");
  EXPECT_FALSE(std::filesystem::exists(folder() / "notes"));
}

TEST_F(QuestionsBelow, LastIsTheRunThatACallerStarted) {
  EXPECT_EQ(run({"runs", "show", "@last", "-q"}).out, "mine\n");
}

}  // namespace
}  // namespace executus::testing
