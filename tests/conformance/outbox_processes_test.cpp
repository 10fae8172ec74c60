// What the ends of runs send out, by real processes over real connections, on an SQLite journal: to a server that
// hangs, to one that fails, and to one that is well; with a process that is drained and one that is killed meanwhile.
#include <condition_variable>
#include <csignal>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <executus/net/client/http_client.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus {
namespace {

using journal::OutgoingState;
using ::testing::Each;
using ::testing::StartsWith;

// Posts each end to a path of the server. 200 is an answer.
class Posting final : public Delivery {
 public:
  Posting(Loop& loop, std::string url) : url_(std::move(url)), client_(net::make_http_client(loop)) {}
  Task<std::string> deliver(DeliveryTarget target, std::string output, std::vector<Artifact>) override {
    net::HttpRequest request;
    request.method = "POST";
    request.url = url_ + target.id;
    request.headers = {{"Idempotency-Key", target.key}};
    request.body = std::move(output);
    request.reuse = net::Reuse::fresh_connection;
    auto response = co_await client_->send(std::move(request));
    if (response.status != 200) throw failed("http.status", "the server answered " + std::to_string(response.status));
    co_return "posted";
  }
  Task<void> deliver_error(DeliveryTarget, std::string) override { co_return; }

 private:
  const std::string url_;
  const std::unique_ptr<net::HttpClient> client_;
};

class LaterClock final : public Clock {
 public:
  WallTime wall() const override { return system_clock().wall() + std::chrono::hours(1); }
  MonoTime mono() const override { return system_clock().mono(); }
};

Task<void> in_a_pass(Executor& executor) { (void)co_await executor.send_outgoing(); }

// A process on the journal. Without a URL it delivers nothing.
class Process {
 public:
  explicit Process(const std::filesystem::path& file, const std::string& url = "", const Clock* clock = nullptr)
      : store_(sqlite::open_store({file, clock})) {
    if (!url.empty()) port_ = std::make_unique<Posting>(*loop_, url);
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    config.ports.delivery = port_.get();
    executor_ = std::make_unique<Executor>(std::move(config));
  }
  int end_run_to(const std::string& target) {
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    Invocation invocation;
    invocation.run_id = *RunId::parse(target);
    invocation.prompt = "please";
    invocation.delivery = {"http", target};
    return block_on(*loop_, executor_->run(std::move(agent), std::move(invocation))).ok() ? 0 : 1;
  }
  std::size_t send() { return block_on(*loop_, executor_->send_outgoing()); }
  // Until it is told to end, and then to the end of what it has begun.
  int send_until_terminated() {
    sigset_t end;
    ::sigemptyset(&end);
    ::sigaddset(&end, SIGTERM);
    RootGroup group(*loop_);
    group.spawn(in_a_pass(*executor_));
    int signal = 0;
    ::sigwait(&end, &signal);
    group.cancel_all({Cause::shutdown, "the process is to end"});
    group.join();
    return 0;
  }
  journal::Outgoing row(const std::string& run) { return *block_on(*loop_, store_->outgoing_of(*RunId::parse(run))); }

 private:
  std::unique_ptr<Loop> loop_ = make_loop(1);
  tool::Registry registry_;
  run::OneModelResolver models_{std::make_shared<run::CountingModel>([](std::size_t) { return run::says("done"); })};
  std::unique_ptr<journal::JournalStore> store_;
  std::unique_ptr<Posting> port_;
  std::unique_ptr<Executor> executor_;
};

// The servers of all targets: "/hangs" and "/breaks" do until they are mended.
class Receiver {
 public:
  std::string url() const { return server_.url(); }
  void wait_for(const std::string& target, std::size_t count) {
    std::unique_lock lock(mutex_);
    arrival_.wait(lock, [&] { return keys_[target].size() >= count; });
  }
  std::vector<std::string> keys(const std::string& target) {
    std::lock_guard lock(mutex_);
    return keys_[target];
  }
  void mend() {
    std::lock_guard lock(mutex_);
    mended_ = true;
  }

 private:
  testing::HttpServer::Reply answer(const testing::HttpServer::Request& request) {
    std::lock_guard lock(mutex_);
    auto target = request.target.substr(1);
    keys_[target].emplace_back(*request.header("Idempotency-Key"));
    arrival_.notify_all();
    testing::HttpServer::Reply reply;
    if (!mended_ && target == "breaks") reply.status = 500;
    if (!mended_ && target == "hangs") reply.after = never_;
    return reply;
  }

  std::mutex mutex_;
  std::condition_variable arrival_;
  std::map<std::string, std::vector<std::string>> keys_;
  bool mended_ = false;
  std::shared_ptr<testing::Gate> never_ = testing::make_gate();
  testing::HttpServer server_{[this](const auto& request) { return answer(request); }};  // last: its threads use these
};

// How a process that was forked before the server began learns where that is.
class Line {
 public:
  Line() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Line() { ::close(ends_[0]), ::close(ends_[1]); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  void tell(const std::string& text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string hear() const {
    char text[100];
    auto size = ::read(ends_[0], text, sizeof text);
    return {text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

 private:
  int ends_[2] = {-1, -1};
};

void block_sigterm() {
  sigset_t end;
  ::sigemptyset(&end);
  ::sigaddset(&end, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &end, nullptr);
}

TEST(OutboxProcesses, LoseNothingToAServerThatHangsOrFailsADrainAndAKill) {  // [DUR-45] [DUR-27]
  testing::TemporaryFolder folder;
  auto file = folder / "j.db";
  sqlite::Child ended([&] {
    Process process(file);
    return process.end_run_to("breaks") + process.end_run_to("hangs") + process.end_run_to("well");
  });
  ASSERT_EQ(ended.exit_code(), 0);
  Line to_drained, to_killed;
  sqlite::Child drained([&] {
    block_sigterm();
    return Process(file, to_drained.hear()).send_until_terminated();
  });
  sqlite::Child killed([&] { return static_cast<int>(Process(file, to_killed.hear()).send()); });
  Receiver receiver;

  to_drained.tell(receiver.url());
  for (const auto* target : {"hangs", "breaks", "well"})
    receiver.wait_for(target, 1);  // the dead one holds up no other
  ::kill(drained.pid(), SIGTERM);
  EXPECT_EQ(drained.exit_code(), 0);
  to_killed.tell(receiver.url());
  receiver.wait_for("hangs", 2);  // due at once: the drain was no answer
  ::kill(killed.pid(), SIGKILL);
  EXPECT_EQ(killed.exit_code(), -SIGKILL);
  LaterClock later;
  Process next(file, receiver.url(), &later);
  EXPECT_EQ(next.row("hangs").state, OutgoingState::pending);
  EXPECT_EQ(next.row("hangs").tries, 2);
  EXPECT_EQ(next.row("breaks").state, OutgoingState::pending) << "an error is no answer either";
  receiver.mend();

  EXPECT_GE(next.send(), 2u);

  EXPECT_EQ(receiver.keys("hangs").size(), 3u);
  for (const auto* target : {"hangs", "breaks", "well"}) {
    EXPECT_EQ(next.row(target).state, OutgoingState::delivered) << target;
    auto keys = receiver.keys(target);
    ASSERT_THAT(keys, Each(StartsWith(std::string(target) + "/4/")));
    EXPECT_THAT(keys, Each(keys.front())) << "a receiver that drops keys it has seen gets it once";
  }
  auto arrived = receiver.keys("hangs").size() + receiver.keys("breaks").size() + receiver.keys("well").size();
  EXPECT_EQ(next.send(), 0u);
  EXPECT_EQ(receiver.keys("hangs").size() + receiver.keys("breaks").size() + receiver.keys("well").size(), arrived);
}

}  // namespace
}  // namespace executus
