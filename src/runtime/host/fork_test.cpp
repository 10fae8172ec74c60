// A host that forks while its Runtime works.
#include <fstream>
#include <future>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <executus/executus.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "runtime/host/forked_child_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A server that takes connections and never answers.
class SilentServer final {
 public:
  SilentServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    (void)::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    (void)::listen(listener_, 8);
    (void)::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~SilentServer() {
    ::close(connection_);
    ::close(listener_);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  void take_a_request() {
    connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    char byte = 0;
    ASSERT_EQ(::recv(connection_, &byte, 1, 0), 1);
  }
  // Whether the other side closes its connection; waits for that.
  [[nodiscard]] bool sees_the_end() const {
    timeval limit{60, 0};
    ::setsockopt(connection_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char rest[4096];
    ssize_t got = 1;
    while (got > 0) got = ::recv(connection_, rest, sizeof rest, 0);
    return got == 0 || errno == ECONNRESET;
  }

 private:
  int listener_;
  int connection_ = -1;
  std::string url_;
};

struct CountArguments {
  int n = 0;
};
BOOST_DESCRIBE_STRUCT(CountArguments, (), (n))

class Forking : public ::testing::Test {
 protected:
  Forking() {
    std::ofstream(folder_ / "script.yaml") << "turns:\n  - {calls: [{tool: ask, arguments: {}}]}\n  - {text: done}\n";
    agent_.name = "test";
    agent_.model = "scripted/" + (folder_ / "script.yaml").string();
  }
  std::unique_ptr<Runtime> make_runtime() const {
    RuntimeOptions options;
    options.database = database();
    options.threads = 2;
    return std::make_unique<Runtime>(std::move(options));
  }
  // The call `ask` waits for an answer of the server.
  void asks(const SilentServer& server) {
    agent_.declared_tools.push_back({{"kind", "http"},
                                     {"name", "ask"},
                                     {"description", "Asks."},
                                     {"effect", "pure"},
                                     {"url", server.url()},
                                     {"allow_private_network", true},
                                     {"parameters", {{"type", "object"}}}});
    agent_.tools = {"ask"};
  }
  [[nodiscard]] std::string database() const { return (folder_ / "runs.db").string(); }

  testing::TemporaryFolder folder_;
  Agent agent_;
};

bool is_refused(const std::function<void()>& call, const char* code = "runtime.forked") {
  try {
    call();
  } catch (const Error& error) {
    return error.code() == code;
  }
  return false;
}

// The number of the first call that is not refused; 0: all are.
int first_that_is_taken(Runtime& runtime, RunHandle& run, const Worker& worker, EventStream& events,
                        Reply<std::vector<journal::RunRow>>& early) {
  const std::vector<std::function<void()>> calls{
      [&] { (void)runtime.tools(); },
      [&] { (void)runtime.load_agent("x"); },
      [&] { (void)runtime.start(Agent(), "x").get(); },
      [&] { (void)runtime.attach(run.id()).get(); },
      [&] { (void)runtime.runs().list().get(); },
      [&] { (void)runtime.recover().get(); },
      [&] { runtime.shut_down("x"); },
      [&] { (void)runtime.executor(); },
      [&] { (void)runtime.journal(); },
      [&] { (void)runtime.models(); },
      [&] { (void)runtime.loop(); },
      [&] { (void)runtime.database_is_open(); },
      [&] { (void)run.wait(); },
      [&] { (void)run.cancel().get(); },
      [&] { (void)run.steer("x").get(); },
      [&] { (void)run.state().get(); },
      [&] { (void)run.events(); },
      [&] { worker.drain(); },
      [&] { worker.look(); },
      [&] { (void)worker.join(); },
      [&] { (void)runtime.schedules().list().get(); },
      [&] { (void)runtime.budgets(); },
      [&] { (void)runtime.saved_agents(); },
      [&] { (void)runtime.packs(); },
      [&] { (void)events.next().get(); },
      [&] { (void)early.get(); },
      [&] { early.then([](const auto&) {}); },
  };
  for (std::size_t i = 0; i < calls.size(); ++i)
    if (!is_refused(calls[i])) return static_cast<int>(i) + 1;
  return runtime.run(Agent(), "x").error_code == "runtime.forked" ? 0 : 50;
}

TEST_F(Forking, TheChildIsRefusedByNameAndTheParentGoesOn) {
  std::ofstream(folder_ / "script.yaml") << "turns:\n  - {calls: [{tool: now, arguments: {}}]}\n  - {text: done}\n";
  agent_.tools = {"now"};
  auto runtime = make_runtime();
  std::vector<RunHandle> runs;
  Worker worker = runtime->work();
  for (int i = 0; i < 30; ++i) {
    runs.push_back(runtime->start(agent_, "go").get());
    std::optional<EventStream> events(runs.back().events());
    auto early = runtime->runs().list();

    ForkedChild child([&] {
      int taken = first_that_is_taken(*runtime, runs.back(), worker, *events, early);
      events.reset();
      runs.clear();
      runtime.reset();
      return taken;
    });

    ASSERT_EQ(child.exit_code(), 0);
  }
  for (auto& run : runs) EXPECT_EQ(run.wait().output, "done");
  EXPECT_EQ(runtime->journal().lapses(), 0u);
}

// Runs are driven meanwhile, through a thousand steps each.
TEST_F(Forking, UnderLoadTheChildIsRefusedByNameAndAnotherProgramRuns) {
  std::ofstream script(folder_ / "script.yaml");
  script << "turns:\n";
  for (int turn = 0; turn < 1'000; ++turn) script << "  - {calls: [{tool: count, arguments: {n: " << turn << "}}]}\n";
  script << "  - {text: done}\n" << std::flush;
  agent_.tools = {"count"};
  agent_.max_iterations = 10'000;
  agent_.durability = Durability::relaxed;
  agent_.max_runtime = std::chrono::hours(1);
  auto runtime = make_runtime();
  runtime->tools().add(make_tool<CountArguments>({.name = "count", .effect = tool::Effect::pure},
                                                 [](CountArguments count) { return count.n; }));
  std::vector<RunHandle> runs;
  for (int i = 0; i < 4; ++i) runs.push_back(runtime->start(agent_, "go").get());
  auto steps = [&](const RunHandle& run) { return runtime->runs().row(run.id()).get()->steps; };
  auto before = steps(runs.front());

  for (int i = 0; i < 5; ++i) {
    ForkedChild refused([&] {
      return is_refused([&] { (void)runtime->runs().list().get(); }) &&
                     is_refused([&] { (void)runs.front().cancel().get(); })
                 ? 0
                 : 1;
    });
    ForkedChild executed([] { return ::execl("/bin/true", "true", nullptr); });
    EXPECT_EQ(executed.exit_code(), 0);
    EXPECT_EQ(refused.exit_code(), 0);
  }
  EXPECT_GT(steps(runs.front()), before) << "they were driven meanwhile";
  for (auto& run : runs) (void)run.cancel().get();
  for (auto& run : runs) EXPECT_NE(run.wait().status, RunStatus::error);
  EXPECT_EQ(runtime->journal().lapses(), 0u);
}

TEST_F(Forking, AnExecutedChildHasNoDescriptorOfTheRuntime) {
  auto files_of_a_child = [&](const std::string& list) {
    auto name = (folder_ / list).string();
    ForkedChild child([&] {
      int out = ::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      ::dup2(out, 1);
      return ::execl("/bin/sh", "sh", "-c", "for f in /proc/$$/fd/*; do echo ${f##*/}; done", nullptr);
    });
    EXPECT_EQ(child.exit_code(), 0);
    std::ostringstream text;
    text << std::ifstream(name).rdbuf();
    return text.str();
  };
  auto before = files_of_a_child("before");
  SilentServer server;
  asks(server);
  agent_.tools.push_back("linger");
  agent_.declared_tools.push_back({{"kind", "command"},
                                   {"name", "linger"},
                                   {"description", "Lingers."},
                                   {"effect", "pure"},
                                   {"parallel", true},
                                   {"command", {"sh", "-c", "touch began; exec sleep 1000"}},
                                   {"cwd", folder_.path().string()},
                                   {"parameters", {{"type", "object"}}}});
  agent_.declared_tools.front()["parallel"] = true;
  std::ofstream(folder_ / "script.yaml")
      << "turns:\n  - {calls: [{tool: ask, arguments: {}}, {tool: linger, arguments: {}}]}\n  - {text: done}\n";
  auto runtime = make_runtime();
  auto run = runtime->start(agent_, "go").get();
  server.take_a_request();
  for (int i = 0; !std::filesystem::exists(folder_ / "began") && i < 60'000; ++i) ::usleep(1'000);

  for (int i = 0; i < 5; ++i) EXPECT_EQ(files_of_a_child("after" + std::to_string(i)), before);
  EXPECT_THAT(before, HasSubstr("2\n"));
}

// The server hears at once that nothing waits for its answer any more.
TEST_F(Forking, AChildThatLivesOnKeepsNoConnectionOpen) {
  SilentServer server;
  asks(server);
  auto runtime = make_runtime();
  auto run = runtime->start(agent_, "go").get();
  server.take_a_request();
  ForkedChild child(stay);

  (void)run.cancel().get();

  EXPECT_TRUE(server.sees_the_end());
}

// A process whose Runtime drives a run, and that has forked a child when it is killed.
TEST_F(Forking, AChildThatLivesOnKeepsNoRunFromRecovery) {  // [DUR-17]
  SilentServer server;
  asks(server);
  int word[2];
  ASSERT_EQ(::pipe2(word, O_CLOEXEC), 0);
  pid_t grandchild = 0;
  ForkedChild host([&] {
    auto runtime = make_runtime();
    auto run = runtime->start(agent_, "go").get();
    server.take_a_request();
    pid_t child = ::fork();
    if (child == 0) return stay();
    (void)!::write(word[1], &child, sizeof child);
    return ::raise(SIGKILL);
  });
  ASSERT_EQ(::read(word[0], &grandchild, sizeof grandchild), static_cast<ssize_t>(sizeof grandchild));
  ASSERT_EQ(host.exit_code(), -SIGKILL);

  testing::ManualClock clock;  // stands still: no lease runs out
  sqlite::Options options;
  options.path = database();
  options.clock = &clock;
  auto store = sqlite::open_store(std::move(options));
  auto loop = make_loop(1);
  auto rows = block_on(*loop, store->claimable({}));

  EXPECT_EQ(rows.size(), 1u);
  ::kill(grandchild, SIGKILL);
}

TEST_F(Forking, ADatabaseIsNotOpenedWhereOneWasOpenBefore) {
  auto open = [this] {
    sqlite::Options options;
    options.path = folder_ / "other.db";
    return sqlite::open_store(std::move(options));
  };
  {
    auto runtime = make_runtime();
    (void)runtime->runs().list().get();
    ForkedChild child([&] { return is_refused([&] { (void)open(); }, "store.forked") ? 0 : 1; });
    EXPECT_EQ(child.exit_code(), 0);
  }
  ForkedChild child([&] { return open() ? 0 : 1; });  // all was closed before
  EXPECT_EQ(child.exit_code(), 0);
}

TEST_F(Forking, AStoreOfItsOwnIsLeftAloneByTheChild) {
  sqlite::Options options;
  options.path = database();
  auto store = sqlite::open_store(std::move(options));
  ForkedChild child([&] {
    bool refused = is_refused([&] { store->heartbeat(); });
    store.reset();
    return refused ? 0 : 1;
  });
  EXPECT_EQ(child.exit_code(), 0);
}

}  // namespace
}  // namespace executus
