// What a run asks of a person: what is open now, where it is asked, and the command that answers it.
#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

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

TEST_F(Questions, ThatAreAllAnsweredSaySoWithoutACallNamed) {  // [DUR-36]
  for (const auto& call : ids_) ASSERT_EQ(run({"runs", "approve", "r1", "--call", call}).exit, 0);

  auto again = run({"runs", "reject", "r1"});

  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, AllOf(HasSubstr("already answered: approved"), HasSubstr("executus recover r1")));
}

// An answer came, and another one is asked for.
TEST_F(Questions, ThatAreOpenAreNotToldAsNeedingNoAnswer) {  // [DUR-36]
  ASSERT_EQ(run({"runs", "approve", "r1", "--call", ids_[0]}).exit, 0);

  EXPECT_THAT(run({"runs", "pending"}).err, Not(HasSubstr("no answer to go on")));

  for (const auto& call : {ids_[1], ids_[2]}) ASSERT_EQ(run({"runs", "approve", "r1", "--call", call}).exit, 0);
  EXPECT_THAT(run({"runs", "pending"}).err, HasSubstr("1 run needs no answer to go on"));
}

TEST_F(Questions, AreAnsweredWithOtherArguments) {  // [DUR-36] [API-03]
  write("seven.json", "{\"n\": 7}\n");
  auto refused = run({"runs", "approve", "r1", "--call", ids_[0], "--arguments", "seven"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("not JSON"), HasSubstr("nothing was changed")));
  EXPECT_EQ(run({"runs", "approve", "r1", "--call", ids_[0], "--arguments", "@none.json"}).exit, 2);

  auto changed = run({"runs", "approve", "r1", "--call", ids_[0], "--arguments", "@seven.json", "--json"}).json();
  EXPECT_EQ(changed.at("answer"), "changed");
  EXPECT_EQ(changed.at("arguments").at("n"), 7);
  EXPECT_THAT(run({"runs", "approve", "r1", "--call", ids_[1], "--arguments", "{\"n\":8}"}).out,
              HasSubstr("changed note {\"n\":2} to {\"n\":8}"));
  EXPECT_THAT(run({"runs", "reject", "r1", "--call", ids_[1]}).err, HasSubstr("already answered: changed"));
  ASSERT_EQ(run({"runs", "approve", "r1"}).exit, 0);

  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(read("notes"), "{\"n\":7}\n{\"n\":8}\n{\"n\":3}\n");
  EXPECT_THAT(run({"runs", "events", "r1"}).out, HasSubstr("{\"n\":1} -> {\"n\":7}"));
}

TEST_F(Questions, AreOpenNoMoreInARunThatHasEnded) {  // [DUR-36]
  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("open calls:\n  note [" + ids_[0] + "] is awaiting_approval"));
  ASSERT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);

  auto shown = run({"runs", "show", "r1"}).out;

  EXPECT_THAT(shown, HasSubstr("calls without a result:\n  note [" + ids_[0] + "] was not made"));
  EXPECT_THAT(shown, Not(HasSubstr("open calls")));
}

TEST_F(Questions, ThatAreLeftAreNamedAfterAnAnswer) {  // [DUR-36]
  auto first = run({"runs", "approve", "r1", "--call", ids_[2]});
  EXPECT_THAT(first.out, AllOf(HasSubstr("waits for 2 more answers"),
                               HasSubstr("executus runs approve r1 --call " + ids_[0]), Not(HasSubstr(ids_[2]))));
  auto second = run({"runs", "approve", "r1", "--call", ids_[1], "--json"});
  EXPECT_EQ(second.json().at("next"), "executus runs approve r1   # note");
  auto last = run({"runs", "approve", "r1"});
  EXPECT_THAT(last.out, HasSubstr("this goes on with it:\n  executus recover r1"));
}

TEST_F(Questions, ThatTheRunTookInSayWhichAnswerCounts) {  // [DUR-36] [DUR-32]
  ASSERT_EQ(run({"runs", "reject", "r1", "--call", ids_[0]}).exit, 0);
  ASSERT_EQ(run({"recover", "r1"}).exit, 3) << "it took that in, and waits for the others";

  auto again = run({"runs", "approve", "r1", "--call", ids_[0]});

  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, AllOf(HasSubstr("already answered"), HasSubstr("rejected")));
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
  void change(const std::string& sql) {
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    database.execute(sql.c_str());
  }
  Finished started_;
  std::string child_;
};

// A host may put a run below any other one.
TEST_F(QuestionsBelow, AreAskedThoughARunAboveHadEndedBadlyBefore) {  // [DUR-29] [DUR-38]
  agent("plain", "  - text: Hello.\n");
  ASSERT_EQ(run({"run", "plain", "go", "--run-id", "failed"}).exit, 0);
  change("UPDATE runs SET status='error' WHERE run_id='failed'; UPDATE runs SET parent='failed' WHERE run_id='mine'");

  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("executus runs approve " + child_));
  EXPECT_EQ(run({"runs", "steer", "mine", "be brief"}).exit, 0);
  EXPECT_EQ(run({"runs", "approve", child_}).exit, 0);
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show("mine").at("output"), "Done.");
}

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

TEST_F(QuestionsBelow, EndWithTheRunThatIsCancelled) {  // [DUR-29] [DUR-38]
  auto cancelled = run({"runs", "cancel", "mine", "--yes"});

  EXPECT_EQ(cancelled.exit, 0) << cancelled.err;
  EXPECT_THAT(cancelled.out, HasSubstr("below it " + child_ + "  kid  cancelled"));
  EXPECT_EQ(show(child_).at("status"), "cancelled");
  EXPECT_EQ(run({"runs", "pending"}).out, "nothing waits\n");
  auto late = run({"runs", "approve", child_});
  EXPECT_EQ(late.exit, 2);
  EXPECT_THAT(late.err, HasSubstr("run " + child_ + " has ended (cancelled): it asks nothing any more"));
}

TEST_F(QuestionsBelow, AreToldAsAnsweredOnceTheyAre) {  // [DUR-29] [DUR-36]
  ASSERT_EQ(run({"runs", "approve", child_}).exit, 0);

  for (const auto& told : {run({"runs", "pending"}).out, run({"runs", "show", "mine"}).out,
                           run({"runs", "wait", "mine"}).err, run({"runs", "approve", "mine"}).err}) {
    EXPECT_THAT(told, HasSubstr("(kid), which has its answers; the next recovery goes on with it"));
    EXPECT_THAT(told, Not(HasSubstr("waits itself")));
    EXPECT_THAT(told, Not(HasSubstr("runs approve")));
    EXPECT_THAT(told, HasSubstr("executus recover mine\n"));
  }
}

TEST_F(QuestionsBelow, ThatHaveEndedLetTheRunAboveGoOn) {  // [DUR-29]
  ASSERT_EQ(run({"runs", "steer", "mine", "hurry"}).exit, 0);
  EXPECT_THAT(run({"runs", "pending"}).out, Not(HasSubstr("what it waited for has ended"))) << "the child still asks";
  ASSERT_EQ(run({"runs", "cancel", child_, "--yes"}).exit, 0);

  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("what it waited for has ended; the next recovery goes on"));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show("mine").at("output"), "Done.");
}

// A parent, its delegate, and the delegate of that one, which asks; the cancellation of the first waits to be taken in,
// as when the process that drove it has died.
class QuestionsFarBelow : public QuestionsBelow {
 protected:
  void SetUp() override {
    QuestionsBelow::SetUp();
    agent("top", "  - {calls: [{tool: agent__boss, arguments: {prompt: have it noted}}]}\n  - text: Done.\n",
          "agents: [boss]\n");
    ASSERT_EQ(run({"run", "top", "go", "--run-id", "t"}).exit, 3);
    auto boss = run({"runs", "tree", "t", "--json"}).json().at("children").at(0);
    boss_ = boss.at("run_id").as_string();
    kid_ = boss.at("children").at(0).at("run_id").as_string();
  }
  void ask_to_cancel(const std::string& id) {
    change("INSERT INTO inbox(run, kind, payload, at) SELECT id, 'cancel', '{}', 0 FROM runs WHERE run_id='" + id +
           "'");
  }
  std::string boss_, kid_;
};

TEST_F(QuestionsFarBelow, AreNotAskedForARunThatIsBeingCancelled) {  // [DUR-29] [DUR-36] [DUR-38]
  ask_to_cancel("t");
  auto why = "it is cancelled with run t above it";

  auto pending = run({"runs", "pending", "--json"}).json();

  for (const auto& each : pending.as_array()) {
    if (each.at("run_id").as_string() != kid_) continue;
    EXPECT_TRUE(each.at("cancelled").as_bool());
    EXPECT_TRUE(each.at("calls").as_array().empty());
  }
  EXPECT_THAT(run({"runs", "pending"}).out, AllOf(HasSubstr(why), Not(HasSubstr("runs approve " + kid_))));
  EXPECT_THAT(run({"runs", "show", kid_}).out, AllOf(HasSubstr(why), Not(HasSubstr("runs approve"))));
  for (const Arguments& command :
       {Arguments{"runs", "approve", kid_}, {"runs", "reject", kid_}, {"runs", "steer", kid_, "hi"}}) {
    auto answered = run(command);
    EXPECT_EQ(answered.exit, 2) << answered.out;
    EXPECT_THAT(answered.err, HasSubstr(why));
  }
}

TEST_F(QuestionsFarBelow, OnceAnsweredNoneOfTheRunsAboveIsToldToAsk) {  // [DUR-29] [DUR-36]
  ASSERT_EQ(run({"runs", "approve", kid_}).exit, 0);

  auto shown = run({"runs", "show", "t"}).out;

  EXPECT_THAT(shown, HasSubstr("(boss), which waits for runs below it that go on with the next recovery"));
  EXPECT_THAT(shown, Not(HasSubstr("waits itself")));
  EXPECT_EQ(run({"recover", "t"}).exit, 0);
  EXPECT_EQ(show("t").at("output"), "Done.");
}

TEST_F(QuestionsFarBelow, EndWithTheRunAboveThatIsRecovered) {  // [DUR-29] [DUR-38]
  ask_to_cancel("t");

  auto recovered = run({"recover", "t"});

  EXPECT_EQ(recovered.exit, 0) << recovered.err;
  for (const auto& id : {std::string("t"), boss_, kid_}) {
    EXPECT_THAT(recovered.out, HasSubstr(id));
    EXPECT_EQ(show(id).at("status"), "cancelled") << id;
  }
}

TEST_F(QuestionsFarBelow, AreAskedBelowARunThatEndedWell) {  // [DUR-29] [DUR-36] [DUR-38]
  change("UPDATE runs SET status='ok', reason='', ended=1 WHERE run_id='" + boss_ + "'");
  ask_to_cancel("t");
  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("executus runs approve " + kid_));
  EXPECT_EQ(run({"recover", "t"}).exit, 0);
  EXPECT_EQ(show("t").at("status"), "cancelled");

  EXPECT_EQ(run({"runs", "approve", kid_}).exit, 0);

  (void)run({"recover", kid_});
  EXPECT_EQ(show(kid_).at("output"), "Noted.");
}

TEST_F(QuestionsFarBelow, AreNamedBeforeTheyEndWithTheRunThatIsCancelled) {  // [DUR-29]
  auto told = run({"runs", "cancel", "t", "--dry-run"});
  auto json = run({"runs", "cancel", "t", "--dry-run", "--json"}).json();
  auto asked = run_on_terminal({"runs", "cancel", "t"}, "n\n");

  EXPECT_EQ(told.out,
            "would cancel t\n  and below it " + boss_ + "  boss  waiting\n  and below it " + kid_ + "  kid  waiting\n");
  EXPECT_EQ(json.at("below").at(0).at("run_id").as_string(), boss_);
  EXPECT_EQ(json.at("below").at(1).at("run_id").as_string(), kid_);
  EXPECT_THAT(asked.out, HasSubstr("cancel run t of agent top, and the 2 runs below it with it? [y/N]"));
  EXPECT_EQ(show(kid_).at("status"), "waiting");
}

TEST_F(QuestionsFarBelow, EndWithARunThatIsQuarantinedBetween) {  // [DUR-16] [DUR-29] [DUR-38]
  change("UPDATE runs SET status='quarantined', reason='as the test says' WHERE run_id='" + kid_ + "'");
  ask_to_cancel("t");
  ASSERT_THAT(run({"runs", "show", kid_}).out, HasSubstr("executus recover " + kid_));

  EXPECT_THAT(run({"recover", kid_}).out, HasSubstr("cancelled"));

  EXPECT_EQ(show(kid_).at("status"), "cancelled");
}

TEST_F(QuestionsFarBelow, AreTakenUpByAResumeToEnd) {  // [DUR-29] [DUR-38]
  ask_to_cancel("t");

  EXPECT_EQ(run({"runs", "resume", kid_}).exit, 7);
  EXPECT_FALSE(std::filesystem::exists(folder() / "notes"));
}

TEST_F(QuestionsBelow, LastIsTheRunThatACallerStarted) {
  EXPECT_EQ(run({"runs", "show", "@last", "-q"}).out, "mine\n");
}

}  // namespace
}  // namespace executus::testing
