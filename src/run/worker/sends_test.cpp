// A worker delivers what ended runs have left, beside the runs that it drives.
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using journal::OutgoingState;
using std::chrono::seconds;

// A receiver that is out of order, or never answers, until it is mended.
struct Mended final : Delivery {
  Task<std::string> deliver(DeliveryTarget, std::string, std::vector<Artifact>) override {
    ++calls;
    if (broken) throw failed("http.500", "out of order");
    OneShot<> never;
    if (hangs) co_await never.wait();
    co_return "post-1";
  }
  Task<void> deliver_error(DeliveryTarget, std::string) override { co_return; }
  bool broken = true, hangs = false;
  int calls = 0;
};

class SendingWorker : public Worked {
 protected:
  SendingWorker() {
    h.reconfigure([this](ExecutorConfig& config) { config.ports.delivery = &receiver; });
    auto invocation = h.invocation("ended");
    invocation.delivery = {"chat", "42"};
    EXPECT_TRUE(h.loop.run(h.executor->run(h.agent, std::move(invocation))).ok());
    EXPECT_EQ(state(), OutgoingState::pending);
  }
  OutgoingState state() { return h.loop.run(h.store->inner().outgoing_of(*RunId::parse("ended")))->state; }

  Mended receiver;
};

TEST_F(SendingWorker, DeliversWhatAnEndedRunHasLeft) {  // [DUR-45] [API-11]
  work();
  receiver.broken = false;
  EXPECT_EQ(state(), OutgoingState::pending) << "it is not due yet";

  h.loop.advance(seconds(6));

  EXPECT_EQ(state(), OutgoingState::delivered);
  EXPECT_EQ(receiver.calls, 2);
}

TEST_F(SendingWorker, DrivesRunsWhileAReceiverHangs) {  // [DUR-45] [API-11]
  receiver.broken = false;
  receiver.hangs = true;
  work();
  h.loop.advance(seconds(6));
  ASSERT_EQ(receiver.calls, 2);
  submit("queued");

  h.loop.advance(seconds(2));

  EXPECT_EQ(status("queued"), RunStatus::ok);
}

TEST_F(SendingWorker, DoesNotWaitForAReceiverWhenItDrains) {  // [DUR-45] [DUR-27]
  receiver.broken = false;
  receiver.hangs = true;
  auto& worker = work();
  h.loop.advance(seconds(6));
  ASSERT_EQ(receiver.calls, 2);

  worker.drain(seconds(5));
  h.loop.run_ready();

  EXPECT_TRUE(summary) << "no time has passed";
  EXPECT_EQ(state(), OutgoingState::pending);
  EXPECT_EQ(h.loop.run(h.store->inner().outgoing_due(10)).size(), 1u) << "and it is due";
}

}  // namespace
}  // namespace executus::run
