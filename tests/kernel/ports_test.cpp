// The ports around a live run: nothing they throw changes the run, and each is told of its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ports, ThatThrowFromEveryMethodChangeNothing) {  // [RUN-31] [IO-10] [SES-07] [AGT-07]
  Ported run;
  run.audit.throws = run.delivery.throws = true;
  auto invocation = run.delivered();
  struct Angry final : RunObserver {
    void on_entry(const RunId&, const journal::Entry&) override { throw 1; }
    void on_activity(const RunId&, const Activity&) override { throw 2; }
  };
  invocation.observer = std::make_shared<Angry>();
  invocation.session = [](std::shared_ptr<Session>) {
    SessionTools tools;
    tools.post_run = [](PostRun) -> Task<boost::json::value> {
      throw std::runtime_error("post-run is broken");
      co_return boost::json::value();
    };
    tools.cleanup = [] { throw std::runtime_error("clean-up is broken"); };
    return tools;
  };
  auto outcome = run.run_with(std::move(invocation));
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.finalized, ElementsAre("run"));
}

TEST(Finalizers, AreToldOfRunsThatEndAndOfNoOther) {  // [RUN-37]
  Ported run;
  CancelScope scope;
  scope.cancel({Cause::shutdown, ""});
  (void)run.run_in(scope);
  EXPECT_THAT(run.finalized, IsEmpty());
  run.new_process();
  (void)run.recover();
  EXPECT_THAT(run.finalized, ElementsAre("run"));
}

TEST(Ports, AreToldOfTheEndOfACancelledRun) {  // [SES-06] [IO-10] [RUN-28]
  Ported run;
  CancelScope scope;
  run.look->before_effect = [&] { scope.cancel({Cause::caller, ""}); };
  auto invocation = run.delivered();
  (void)run.loop.run(Harness::in_scope(scope, run.executor->run(run.agent, std::move(invocation))));
  EXPECT_THAT(run.delivery.log, ElementsAre("chat:42 error: cancelled"));
  EXPECT_EQ(run.audit.log.back(), "close cancelled ");
  EXPECT_EQ(run.budget.committed.size(), 1u);
}

}  // namespace
}  // namespace executus::run
