// A process that is killed between the send of a run's end and its acknowledgement, on an SQLite journal: the next one
// sends it again, under the key that the receiver has seen.
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A receiver with a file of the keys it has got. `deadly`: the process dies once it has got one.
class FileReceiver final : public Delivery {
 public:
  FileReceiver(std::filesystem::path file, bool deadly) : file_(std::move(file)), deadly_(deadly) {}
  Task<std::string> deliver(DeliveryTarget target, std::string, std::vector<Artifact>) override {
    std::ofstream(file_, std::ios::app) << target.key << std::endl;
    if (deadly_) ::kill(::getpid(), SIGKILL);
    co_return "posted";
  }
  Task<void> deliver_error(DeliveryTarget, std::string) override { co_return; }

 private:
  const std::filesystem::path file_;
  const bool deadly_;
};

// A process on the journal; its clock is the test's.
class Sending {
 public:
  Sending(const testing::TemporaryFolder& folder, const Clock& clock, bool deadly)
      : receiver_(folder / "received", deadly), store_(sqlite::open_store({folder / "j.db", &clock})) {
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    config.ports.delivery = &receiver_;
    executor_ = std::make_unique<Executor>(std::move(config));
  }
  void run() {
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    Invocation invocation;
    invocation.run_id = *RunId::parse("run");
    invocation.prompt = "please";
    invocation.delivery = {"file", "received"};
    (void)block_on(*loop_, executor_->run(std::move(agent), std::move(invocation)));
  }
  std::size_t send() { return block_on(*loop_, executor_->send_outgoing()); }
  journal::Outgoing row() { return *block_on(*loop_, store_->outgoing_of(*RunId::parse("run"))); }

 private:
  std::unique_ptr<Loop> loop_ = make_loop(1);
  tool::Registry registry_;
  run::OneModelResolver models_{std::make_shared<run::CountingModel>([](std::size_t) { return run::says("done"); })};
  FileReceiver receiver_;
  std::unique_ptr<journal::JournalStore> store_;
  std::unique_ptr<Executor> executor_;
};

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// As two that have the same schedule: run by run at the same time.
TEST(OutboxKeys, OfTwoDatabasesDiffer) {  // [DUR-45]
  testing::TemporaryFolder first, second;
  testing::ManualClock clock;
  Sending(first, clock, false).run();
  Sending(second, clock, false).run();
  ASSERT_THAT(lines_of(first / "received"), ElementsAre(StartsWith("run/4/")));
  ASSERT_THAT(lines_of(second / "received"), ElementsAre(StartsWith("run/4/")));
  EXPECT_NE(lines_of(first / "received"), lines_of(second / "received"));
}

TEST(OutboxKill, BetweenTheSendAndItsAcknowledgementLosesNothing) {  // [DUR-45]
  testing::TemporaryFolder folder;
  testing::ManualClock clock;
  sqlite::Child killed([&] {
    Sending(folder, clock, true).run();
    return 0;
  });
  ASSERT_EQ(killed.exit_code(), -SIGKILL);
  auto first = lines_of(folder / "received");
  ASSERT_THAT(first, ElementsAre(StartsWith("run/4/")));
  Sending next(folder, clock, false);
  EXPECT_EQ(next.row().state, journal::OutgoingState::pending);
  EXPECT_EQ(next.send(), 0u) << "the other process might still be sending it";
  clock.advance(journal::kTryHold);

  EXPECT_EQ(next.send(), 1u);

  EXPECT_THAT(lines_of(folder / "received"), ElementsAre(first[0], first[0]));
  EXPECT_EQ(next.row().state, journal::OutgoingState::delivered);
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(next.send(), 0u);
}

}  // namespace
}  // namespace executus
