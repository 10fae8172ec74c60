// Runs whose calls wait, as a host's program sees them.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Order {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id))

class WaitingCalls : public ::testing::Test {
 protected:
  WaitingCalls() {
    std::ofstream(folder_ / "clerk.yaml") << "turns:\n  - {calls: [{tool: await_payment, arguments: {id: '17'}}]}\n"
                                             "  - {text: shipped}\n";
    agent_.name = "clerk";
    agent_.model = "scripted/" + (folder_ / "clerk.yaml").string();
    agent_.tools = {"await_payment"};
  }
  std::unique_ptr<Runtime> make_runtime() {
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 2;
    auto runtime = std::make_unique<Runtime>(std::move(options));
    runtime->tools().add(make_tool<Order>(
        {.name = "await_payment", .effect = Effect::pure}, [](Order order, const Call& call) -> Outcome {
          if (!call.woken()) return ParkForSignal{"paid-" + order.id, 72h};
          return Done{call.signal() ? "paid " + std::to_string(call.signal()->at("cents").as_int64())
                                    : "not paid in time"};
        }));
    return runtime;
  }
  static std::string result_of(const RunOutcome& outcome) {
    for (const auto& message : outcome.messages)
      for (const auto& result : message.tool_results) return result.text;
    return "";
  }

  testing::TemporaryFolder folder_;
  Agent agent_;
};

TEST_F(WaitingCalls, GoOnWithTheSignalThatAnyProcessSends) {  // [DUR-44] [API-03]
  auto runtime = make_runtime();
  RunHandle run = runtime->start(agent_, "ship it").get();
  auto waits = run.wait();
  EXPECT_EQ(waits.reason, "signal");
  EXPECT_THAT(waits.signals, ElementsAre("paid-17"));
  EXPECT_THAT(run.state().get()->standing, HasSubstr("waiting (signal paid-17 until "));
  runtime.reset();

  auto other = make_runtime();
  EXPECT_EQ(other->runs().signal(waits.run_id, "paid-17", {{"cents", 5}}).get(), Said::accepted);
  auto outcome = other->attach(waits.run_id).get().wait();
  EXPECT_EQ(outcome.output, "shipped");
  EXPECT_EQ(result_of(outcome), "paid 5");
  EXPECT_EQ(other->runs().signal(waits.run_id, "paid-17").get(), Said::ended);
  EXPECT_EQ(other->runs().signal(*RunId::parse("nobody"), "paid-17").get(), Said::no_such_run);
}

TEST_F(WaitingCalls, AreTakenUpByAWorker) {  // [DUR-44] [API-11]
  auto runtime = make_runtime();
  Worker worker = runtime->work({.scan = 5ms});
  RunHandle run = runtime->start(agent_, "ship it").get();
  EXPECT_EQ(run.wait().status, RunStatus::waiting);
  EXPECT_EQ(run.signal("paid-17", {{"cents", 7}}).get(), Said::accepted);

  for (const Event& event : run.events({.until = EventOptions::Until::at_end}))
    if (const auto* ended = event.as<Ended>()) EXPECT_EQ(result_of(ended->outcome), "paid 7");
  worker.drain(1s);
  worker.join();
}

TEST_F(WaitingCalls, AreToldAsEventsWithWhatToDo) {  // [DUR-44] [API-04]
  auto runtime = make_runtime();
  RunHandle run = runtime->start(agent_, "ship it").get();
  bool told = false;
  for (const Event& event : run.events()) {
    const auto* waiting = event.as<Waiting>();
    if (!waiting) continue;
    told = true;
    EXPECT_EQ(waiting->reason, WaitReason::signal);
    EXPECT_THAT(waiting->signals, ElementsAre("paid-17"));
    EXPECT_TRUE(waiting->wake_at);
    EXPECT_THAT(waiting->how_to_answer,
                HasSubstr("executus runs signal " + run.id().str() + " paid-17\nit is due at "));
  }
  EXPECT_TRUE(told);
}

TEST_F(WaitingCalls, RefuseASignalThatCannotBeKept) {  // [DUR-44]
  auto runtime = make_runtime();
  RunHandle run = runtime->start(agent_, "ship it").get();
  (void)run.wait();
  auto code = [&](std::string name, boost::json::value payload) {
    try {
      (void)run.signal(std::move(name), std::move(payload)).get();
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("taken");
  };
  EXPECT_EQ(code("is paid", nullptr), "signal.name");
  EXPECT_EQ(code("paid", boost::json::string(1'000'000, 'x')), "signal.payload");
  boost::json::value deep = 1;
  for (int i = 0; i < 500; ++i) deep = boost::json::array{std::move(deep)};
  EXPECT_EQ(code("paid", std::move(deep)), "signal.payload");
  EXPECT_EQ(code("paid", boost::json::string(999'000, 'x')), "taken");
}

}  // namespace
}  // namespace executus
