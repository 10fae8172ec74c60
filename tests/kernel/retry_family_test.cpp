// A retried run that delegated: the children that its end cancelled go on with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/parking_test.hpp"
#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What its inbox says, if the child did not hear it before.
void end_cancelled_child(Family& run) {
  auto child = run.children()[0];
  if (!is_terminal(child.status)) (void)run.recover(child.id.str());
}

// The boss runs out of time while its researcher looks, and the researcher is cancelled with it.
TEST(Retry, OfAParentOpensTheChildrenThatItsEndCancelled) {  // [DUR-40] [DUR-29]
  Family run(family, tool::Effect::idempotent);
  run.agent.max_runtime = Milliseconds(10'000);
  run.look->change().timeout = std::chrono::minutes(10);
  bool slow = true;
  run.look->around = [&](OneShot<>) { return sleep_for(Milliseconds(std::exchange(slow, false) ? 60'000 : 100)); };
  ASSERT_EQ(run.run().status, RunStatus::timeout);
  end_cancelled_child(run);
  ASSERT_EQ(run.children()[0].status, RunStatus::cancelled);

  auto reopening = run.loop.run(retry_run(*run.store, *RunId::parse("run")));

  EXPECT_EQ(reopening, Reopening::accepted);
  EXPECT_THAT(reopening.below, ElementsAre(run.children()[0].id));
  auto outcome = run.recover();
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.last_result(), "found: find out");
  EXPECT_EQ(run.children().size(), 1u) << "it is the same child";
}

// The researcher asks a helper of its own, which looks.
llm::Response family_of_three(const llm::Request& request, std::size_t turn) {
  if (request.system == "child" && turn == 0) return calls({{"h", "agent__helper", R"({"prompt":"look there"})"}});
  if (request.system == "grandchild") return turn == 0 ? calls({{"l", "look", "{}"}}) : says("seen");
  if (request.system == "child") return says("found");
  return family(request, turn);
}

TEST(Retry, OfAParentOpensAllThatItsEndCancelledBelow) {  // [DUR-40] [DUR-29]
  Family run(family_of_three, tool::Effect::idempotent);
  auto helper = named("helper", "grandchild");
  helper.tools = {"look"};
  run.sub_agents.agents["helper"] = {helper, {}};
  auto& researcher = run.sub_agents.agents["researcher"].agent;
  researcher.tools = {}, researcher.agents = {"helper"};
  run.agent.max_runtime = Milliseconds(10'000);
  run.look->change().timeout = std::chrono::minutes(10);
  bool slow = true;
  run.look->around = [&](OneShot<>) { return sleep_for(Milliseconds(std::exchange(slow, false) ? 60'000 : 100)); };
  ASSERT_EQ(run.run().status, RunStatus::timeout);
  auto below = run.loop.run(run.store->inner().below(*RunId::parse("run"), 10));
  ASSERT_EQ(below.size(), 2u);
  for (const auto& row : {below[1], below[0]})
    if (!is_terminal(row.status)) (void)run.recover(row.id.str());

  auto reopening = run.loop.run(retry_run(*run.store, *RunId::parse("run")));

  EXPECT_THAT(reopening.below, ElementsAre(below[1].id, below[0].id)) << "the lowest first";
  auto outcome = run.recover();
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.loop.run(run.store->inner().below(*RunId::parse("run"), 10)).size(), 2u);
}

TEST(Retry, OpensNoChildWhoseEndTheParentHasTakenIn) {  // [DUR-40] [DUR-29]
  Family run(
      [](const llm::Request& request, std::size_t turn) {
        bool first = request.system == "parent" && turn == 0;
        auto response = family(request, turn);
        if (first) response.message.tool_calls.push_back({"s", "stay", "{}"});
        return response;
      },
      tool::Effect::pure);
  auto& stay = run.add_tool("stay", tool::Effect::pure);
  stay.change().timeout = std::chrono::minutes(10);
  stay.around = [](OneShot<>) { return sleep_for(Milliseconds(60'000)); };
  run.look->act = [&] {
    run.post(commands::cancel(), run.children()[0].id.str());
    return tool::Outcome(tool::Done{"seen", {}});
  };
  run.agent.max_runtime = Milliseconds(10'000);
  ASSERT_EQ(run.run().status, RunStatus::timeout);
  ASSERT_EQ(run.children()[0].status, RunStatus::cancelled);

  auto reopening = run.loop.run(retry_run(*run.store, *RunId::parse("run")));

  EXPECT_EQ(reopening, Reopening::accepted);
  EXPECT_THAT(reopening.below, IsEmpty());
  EXPECT_EQ(run.children()[0].status, RunStatus::cancelled);
}

// The process dies with the run's end: the researcher has not heard yet that it is cancelled.
TEST(Retry, OfAParentWaitsForChildrenThatItsEndIsCancelling) {  // [DUR-40] [DUR-29]
  Family run(family, tool::Effect::idempotent);
  run.sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
  ASSERT_EQ(run.run().reason, "child");
  run.post(commands::cancel(), run.children()[0].id.str());

  auto row = *run.loop.run(run.store->inner().find(*RunId::parse("run")));
  auto claimed = *run.loop.run(run.store->inner().claim(row.id, row.epoch));
  journal::Append end{row.id, claimed.epoch, claimed.last_seq, {}, {}};
  end.entries.push_back({claimed.last_seq + 1, {}, {}, journal::Ended{RunStatus::error, "", "broke", "model.failed"}});
  ASSERT_EQ(run.loop.run(run.store->inner().append(end)).verdict, journal::AppendVerdict::appended);
  auto retry = [&](DryRun dry_run) { return run.loop.run(retry_run(*run.store, row.id, "", dry_run)); };

  EXPECT_EQ(retry(DryRun::yes), Reopening::ending_below);
  auto refused = retry(DryRun::no);

  EXPECT_EQ(refused, Reopening::ending_below);
  EXPECT_THAT(refused.below, ElementsAre(run.children()[0].id));
  EXPECT_EQ(run.recover(run.children()[0].id.str())->status, RunStatus::cancelled);
  EXPECT_EQ(retry(DryRun::no), Reopening::accepted);
  EXPECT_EQ(run.recover()->reason, "child");
  EXPECT_EQ(run.children().size(), 1u);
}

}  // namespace
}  // namespace executus::run
