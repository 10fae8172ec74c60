// A conversation whose processes are killed, with a model over HTTP that counts what it is asked.
#include <csignal>
#include <utility>

#include <unistd.h>

#include "cli_program.hpp"
#include "streaming_model.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class KilledConversation : public CliProgram {
 protected:
  void SetUp() override {
    write("agents/a.yaml",
          "name: a\nsystem_prompt: Be brief.\nmodel: lab/m\ncommand_tools:\n"
          "  - {name: buy, description: Buys., command: [sh, -c, \"echo x >> bought; test -e go || cat gate\"],"
          " cwd: ., effect: keyed}\n");
    make_pipe("gate");
  }
  void use(const StreamingModel& model) { environment_["LLM_LAB"] = model.variable(); }
  static void kill(Started& started) {
    started.signal(SIGKILL);
    (void)started.finish();
  }
};

// The first dies while an answer streams, the second, which finishes that one first, in a call of its own turn.
TEST_F(KilledConversation, IsGoneOnWithByThreeProcesses) {  // [API-12] [DUR-03] [DUR-46]
  auto held = make_gate();
  StreamingModel model({{"It is", held}, {"the db."}, {"", {}, "", "buy"}, {"Bought."}, {"For ten."}});
  use(model);
  auto first = start({"run", "a", "which?", "--run-id", "r1"});
  model.server().wait_for_requests(1);
  kill(*first);
  auto second = start({"run", "a", "buy it", "--continue", "r1", "--run-id", "r2"});
  int gate = open_for_writing("gate");  // there once the call is under way
  EXPECT_EQ(show("r1").at("output"), "the db.");
  kill(*second);
  ::close(gate);
  write("go", "");

  auto third = run({"run", "a", "for how much?", "--continue", "r2", "--run-id", "r3", "--json"});

  EXPECT_EQ(third.exit, 0) << third.err;
  EXPECT_EQ(third.json().at("output"), "For ten.");
  EXPECT_EQ(show("r2").at("output"), "Bought.");
  EXPECT_EQ(show("r2").at("tool_calls").at(0).at("dispatches"), 2) << "with one key";
  EXPECT_EQ(model.asked(), 5u) << "the answer that was cut off is the only one that was asked for twice";
  EXPECT_THAT(model.request(1), Not(HasSubstr("It is"))) << "it was not durable";
  EXPECT_THAT(model.request(4),
              AllOf(HasSubstr("which?"), HasSubstr("the db."), HasSubstr("Bought."), HasSubstr("for how much?")));
}

// A pipe gets the answer that was finished for it, and then its own.
TEST_F(KilledConversation, ShowsTheAnswerThatItFinishesFirst) {  // [API-12] [DUR-03]
  auto held = make_gate();
  StreamingModel model({{"It is", held}, {"the db."}, {"Since noon."}});
  use(model);
  auto first = start({"run", "a", "which?", "--run-id", "r1"});
  model.server().wait_for_requests(1);
  kill(*first);

  auto next = run({"chat", "--continue", "@last"}, "since when?\n");

  EXPECT_EQ(next.out, "the db.\nSince noon.\n") << next.err;
  EXPECT_EQ(next.exit, 0);
}

// An answer that is there is not bought again, and a turn that ended before the kill is not begun anew.
TEST_F(KilledConversation, AsksForNothingThatIsStored) {  // [API-12] [DUR-03]
  StreamingModel model({{"", {}, "", "buy"}, {"Bought."}, {"For ten."}});
  use(model);
  auto first = start({"run", "a", "buy it", "--run-id", "r1"});
  int gate = open_for_writing("gate");
  kill(*first);
  ::close(gate);
  write("go", "");
  ASSERT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(model.asked(), 2u);

  auto next = run({"chat", "a", "--continue", "@last"}, "for how much?\n");

  EXPECT_EQ(next.out, "For ten.\n") << next.err;
  EXPECT_EQ(model.asked(), 3u);
}

}  // namespace
}  // namespace executus::testing
