// `executus worker`, as an operator has it.
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class WorkerCommand : public CliProgram {
 protected:
  std::unique_ptr<Started> start_worker(Arguments more = {}) {
    Arguments arguments{"worker"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto worker = start(arguments);
    worker->await_err("working");
    return worker;
  }
  void queue(const std::string& agent, const std::string& run_id) {
    auto queued = run({"run", agent, "go", "--detach", "--run-id", run_id});
    ASSERT_EQ(queued.exit, 0) << queued.err;
  }
  std::string status(const std::string& run_id) { return std::string(show(run_id).at("status").as_string()); }

  // An agent whose call waits until the test lets it go.
  void make_slow_agent() {
    agent("slow", "  - {calls: [{tool: hold, arguments: {}}]}\n  - text: Held.\n", R"(command_tools:
  - name: hold
    description: Holds.
    effect: pure
    command: [sh, -c, "touch called; while [ ! -e gate ]; do sleep 0.02; done"]
    cwd: .
)");
  }
  void let_go() { write("gate", ""); }
};

TEST_F(WorkerCommand, DoesADetachedRunWhileItIdles) {  // [API-11]
  agent("a", "  - text: hi\n");
  auto worker = start_worker();

  queue("a", "r1");
  worker->await_err("run_ended run_id=r1 agent=a status=ok");
  worker->signal(SIGTERM);

  auto finished = worker->finish();
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(status("r1"), "ok");
  EXPECT_THAT(finished.err, AllOf(HasSubstr(" draining "), HasSubstr(" drained driven=1 ended=1 waits=0 left=0")));
  EXPECT_EQ(finished.out, "");
}

TEST_F(WorkerCommand, DrainsAndLeavesTheRestForRecovery) {  // [API-11] [DUR-27] [HOST-03]
  make_slow_agent();
  queue("slow", "r1");
  auto worker = start_worker({"--drain", "0", "--json"});
  until_exists("called");

  worker->signal(SIGINT);

  auto finished = worker->finish();
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.json().at("left"), 1);
  EXPECT_THAT(finished.err, HasSubstr("run_left run_id=r1"));
  let_go();
  auto recovered = run({"recover"});
  EXPECT_EQ(recovered.exit, 0) << recovered.err;
  EXPECT_EQ(status("r1"), "ok");
}

TEST_F(WorkerCommand, LetsCallsEndThatDoSoInTime) {  // [API-11] [DUR-27] [HOST-03]
  make_slow_agent();
  queue("slow", "r1");
  auto worker = start_worker({"--drain", "3600"});
  until_exists("called");

  worker->signal(SIGTERM);
  worker->await_err("draining");
  let_go();

  auto finished = worker->finish();
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("run_left run_id=r1"));
  EXPECT_EQ(show("r1").at("tool_calls").at(0).at("state"), "done") << "it is not made again";
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(status("r1"), "ok");
}

TEST_F(WorkerCommand, LeavesAtOnceOnASecondSignalAndLosesNothing) {  // [API-11] [DUR-27]
  make_slow_agent();
  queue("slow", "r1");
  auto worker = start_worker({"--drain", "3600"});
  until_exists("called");
  worker->signal(SIGTERM);
  worker->await_err("draining");

  worker->signal_until_ended(SIGTERM);

  EXPECT_EQ(worker->finish().exit, 130);
  let_go();
  auto recovered = run({"recover"});
  EXPECT_EQ(recovered.exit, 0) << recovered.err;
  EXPECT_EQ(status("r1"), "ok");
}

TEST_F(WorkerCommand, TakesUpTheAgentsItIsToldAlone) {  // [API-11]
  agent("a", "  - text: hi\n");
  agent("b", "  - text: hi\n");
  agent("c", "  - text: hi\n");
  queue("c", "r3");
  queue("b", "r2");
  queue("a", "r1");
  auto worker = start_worker({"--agent", "a", "--agent", "b", "--agent", "bb"});

  worker->await_err("run_ended run_id=r1");
  worker->await_err("run_ended run_id=r2");
  worker->signal(SIGTERM);

  EXPECT_THAT(worker->finish().err, HasSubstr("no such agent in agents/; did you mean 'b'?"));
  EXPECT_EQ(status("r3"), "queued");
}

TEST_F(WorkerCommand, LogsAnObjectForEachEvent) {  // [API-11]
  agent("a", "  - text: hi\n");
  queue("a", "r1");
  auto worker = start_worker({"--log", "json"});
  worker->await_err("run_ended");
  worker->signal(SIGTERM);

  std::vector<std::string> events;
  for (const auto& line : lines_of(worker->finish().err)) {
    auto object = boost::json::parse(line).as_object();
    EXPECT_TRUE(object.contains("at") && object.contains("level")) << line;
    events.emplace_back(object.at("event").as_string());
  }
  EXPECT_THAT(events,
              ::testing::ElementsAre("working", "agents_read", "run_taken_up", "run_ended", "draining", "drained"));
}

// Fifty a second would begin both at once.
TEST_F(WorkerCommand, BeginsWithNoMoreRunsASecondThanItIsTold) {  // [API-11] [DUR-18]
  agent("a", "  - text: hi\n");
  queue("a", "r1");
  queue("a", "r2");
  auto worker = start_worker({"--starts-per-second", "2", "--log", "json"});
  worker->await_err("run_id\":\"r2");
  worker->signal(SIGTERM);

  std::vector<double> starts;
  for (const auto& line : lines_of(worker->finish().err)) {
    auto object = boost::json::parse(line).as_object();
    if (object.at("event") == "working") EXPECT_EQ(object.at("starts_per_second"), 2);
    auto at = std::string(object.at("at").as_string());
    if (object.at("event") == "run_taken_up")
      starts.push_back(60 * std::stod(at.substr(14, 2)) + std::stod(at.substr(17)));
  }
  ASSERT_EQ(starts.size(), 2u);
  auto between = starts[1] - starts[0];
  EXPECT_GE(between < 0 ? between + 3'600 : between, 0.4);
}

TEST_F(WorkerCommand, RefusesOptionsThatMakeNoSense) {
  EXPECT_EQ(run({"worker", "--concurrency", "0"}).exit, 2);
  for (const char* number : {"-1", "many", "1.5", "99999999999", ""})
    EXPECT_EQ(run({"worker", "--starts-per-second", number}).exit, 2) << number;
  EXPECT_EQ(run({"worker", "--drain", "-1"}).exit, 2);
  EXPECT_EQ(run({"worker", "--log", "xml"}).exit, 2);
  EXPECT_EQ(run({"worker", "--max-attempts", "none"}).exit, 2);
}

// --- SIGHUP

// An agent that delegates to one whose model is an alias: the worker resolves it when the call comes.
class ReloadingWorker : public WorkerCommand {
 protected:
  ReloadingWorker() {
    for (const char* name : {"one", "two"}) script(name, "  - text: " + std::string(name) + "\n");
    agent("parent", "  - {calls: [{tool: agent__child, arguments: {prompt: go}}]}\n  - text: Done.\n",
          "agents: [child]\n");
    write("agents/child.yaml", "name: child\ndescription: Answers.\nmodel: words\n");
    use_words("one");
  }
  void use_words(const std::string& name) {
    write("executus.yaml", "models:\n  aliases: {words: \"scripted/" + (folder() / name).string() + ".turns.yaml\"}\n");
  }
  std::string said_by_the_child() {
    auto children = run({"runs", "list", "--agent", "child", "--limit", "1", "-q"}).out;
    return std::string(show(children.substr(0, children.find('\n'))).at("output").as_string());
  }
};

TEST_F(ReloadingWorker, GivesNewModelsToRunsThatAreOpenedAfterwards) {  // [API-11]
  auto worker = start_worker();
  queue("parent", "r1");
  worker->await_err("run_ended run_id=r1 agent=parent status=ok");
  EXPECT_EQ(said_by_the_child(), "one");

  use_words("two");
  worker->signal(SIGHUP);
  worker->await_err(" reloaded ");

  queue("parent", "r2");
  worker->await_err("run_ended run_id=r2 agent=parent status=ok");
  EXPECT_EQ(said_by_the_child(), "two");
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

TEST_F(ReloadingWorker, KeepsWhatItHasWhenTheFileIsWrong) {  // [API-11]
  auto worker = start_worker();
  write("executus.yaml", "models: [no table]\n");
  worker->signal(SIGHUP);
  worker->await_err(" reload_failed ");

  use_words("two");  // for the command below; the worker is not told
  queue("parent", "r1");
  worker->await_err("run_ended run_id=r1 agent=parent status=ok");
  EXPECT_EQ(said_by_the_child(), "one");
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

TEST_F(ReloadingWorker, KnowsTargetsThatTheFileNamesSince) {  // [API-11]
  write("agents/teller.yaml", "name: teller\nschedule: {cron: 0 8 * * *}\ndeliver: log\n");
  auto worker = start_worker();
  worker->await_err("names no target 'log'");

  write("executus.yaml",
        "models:\n  aliases: {words: scripted/none.yaml}\ndeliver: {log: {file: ends.jsonl}, bad: {}}\n");
  worker->signal(SIGHUP);
  worker->await_err("a target has one of");
  write("executus.yaml", "models:\n  aliases: {words: scripted/none.yaml}\ndeliver: {log: {file: ends.jsonl}}\n");
  worker->signal(SIGHUP);
  until([&] { return run({"schedule", "list"}).out.find("teller") != std::string::npos; });
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

// --- agent files

TEST_F(WorkerCommand, ReadsAgentFilesAnewAndKeepsThemWhileOneIsWrong) {
  agent("one", "  - text: hi\n");
  auto worker = start_worker();
  worker->await_err("were read: 1 files");

  write("saved", "name: two\nmodle: x\n");
  std::filesystem::rename(folder() / "saved", folder() / "agents/two.yaml");
  worker->await_err("stay as they were");
  worker->await_err("unknown key 'modle'");
  auto doctor = run({"doctor", "--json"}).json().at("agents");
  EXPECT_EQ(doctor.at("wrong"), 1);
  EXPECT_FALSE(doctor.at("ok").as_bool());

  write("saved", "name: two\n");
  std::filesystem::rename(folder() / "saved", folder() / "agents/two.yaml");
  worker->await_err("were read: 2 files");
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

// --- below a service manager

class ManagedWorker : public WorkerCommand {
 protected:
  ManagedWorker() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    auto name = (folder() / "notify").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    timeval limit{60, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    environment_["NOTIFY_SOCKET"] = name;
  }
  ~ManagedWorker() override { ::close(socket_); }

  // All that it says until it says `line`, which it does within a minute.
  std::vector<std::string> hear_until(const std::string& line) const {
    std::vector<std::string> heard;
    while (std::ranges::find(heard, line) == heard.end()) {
      char text[1024];
      ssize_t got = ::recv(socket_, text, sizeof text, 0);
      if (got < 0) {
        ADD_FAILURE() << "never heard " << line;
        return heard;
      }
      for (auto& each : lines_of({text, static_cast<std::size_t>(got)})) heard.push_back(std::move(each));
    }
    return heard;
  }
  [[nodiscard]] sqlite::Connection database() const {
    return {folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000)};
  }
  void change(const char* sql) const { database().execute(sql); }
  [[nodiscard]] std::int64_t due() const { return database().integer("SELECT count(*) FROM runs WHERE ended=0"); }

 private:
  int socket_;
};

// Nothing can be recovered while the database cannot be written; the worker is ready all the same.
TEST_F(ManagedWorker, IsReadyOnceTheStoreIsOpen) {  // [API-11]
  agent("a", "  - text: hi\n");
  queue("a", "r1");
  sqlite::Connection other(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
  other.execute("BEGIN IMMEDIATE");

  auto worker = start({"worker"});
  auto heard = hear_until("READY=1");
  other.execute("ROLLBACK");

  EXPECT_THAT(heard.front(), HasSubstr("EXTEND_TIMEOUT_USEC="));
  worker->await_err("run_ended run_id=r1");
  worker->signal(SIGTERM);
  EXPECT_THAT(hear_until("STOPPING=1"), Not(Contains("READY=1")));
  EXPECT_EQ(worker->finish().exit, 0);
}

// A migration may take longer than what was asked for at first: the worker says again and again that it goes on. Here
// it looks for the roots of runs that stand far below them.
TEST_F(ManagedWorker, AsksForMoreTimeAgainAndAgainWhileItBringsADatabaseUp) {  // [API-11]
  std::filesystem::copy_file(std::string(EXECUTUS_SOURCE) + "/src/store/sqlite/golden/format_3.db",
                             folder() / "state.db");
  std::filesystem::permissions(folder() / "state.db", std::filesystem::perms::owner_all);
  change(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<700) INSERT INTO runs(epoch, last_seq, "
      "status, ended, durability, attempts, fruitless, updated, created, run_id, agent, caller, parent, fingerprint) "
      "SELECT 1, 1, 'ok', 1, 'strict', 1, 0, 0, 0, 'r'||i, 'a', '', iif(i=700, '', 'r'||(i+1)), '' FROM n");

  auto worker = start({"worker", "--agent", "none"});
  auto heard = hear_until("READY=1");

  auto of_bringing_up = std::ranges::count(heard, "STATUS=Bringing the database up to this format");
  EXPECT_GE(of_bringing_up, 3) << "when it begins, and at least twice while it goes on";
  auto extended =
      std::ranges::count_if(heard, [](const auto& line) { return line.starts_with("EXTEND_TIMEOUT_USEC="); });
  EXPECT_EQ(extended, 1 + of_bringing_up) << "and when it opens the database";
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

// Five thousand runs to recover delay neither the word that it is ready nor the pings.
TEST_F(ManagedWorker, IsReadyBeforeAMassRecoveryAndHeardAllTheTime) {  // [API-11] [DUR-18]
  agent("a", "  - text: hi\n");
  queue("a", "r1");
  change(
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i<5000) INSERT INTO runs(epoch, last_seq, "
      "status, durability, attempts, fruitless, updated, created, run_id, agent, caller, parent, root, fingerprint) "
      "SELECT epoch, last_seq, status, durability, attempts, fruitless, updated, created, 'r'||i, agent, caller, "
      "parent, "
      "'r'||i, fingerprint FROM runs, n");
  change(
      "INSERT INTO entries(run, seq, kind, at, elapsed, body) SELECT r.id, 1, kind, at, elapsed, body FROM entries, "
      "runs r "
      "WHERE r.run_id<>'r1'");
  environment_["WATCHDOG_USEC"] = "20000";
  auto worker = start({"worker", "--starts-per-second", "0", "--drain", "0", "--concurrency", "1"});

  EXPECT_THAT(hear_until("READY=1"), Each(Not(HasSubstr("Driving"))));
  for (int pings = 0; pings < 20; ++pings) (void)hear_until("WATCHDOG=1");

  EXPECT_GT(due(), 0) << "they were heard during the recovery";
  until([&] { return due() < 5'000; });
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

TEST_F(ManagedWorker, IsHeardByTheWatchdogAlsoWhileItLeaves) {  // [API-11]
  make_slow_agent();
  queue("slow", "r1");
  environment_["WATCHDOG_USEC"] = "200000";
  auto worker = start_worker({"--drain", "3600"});
  until_exists("called");
  (void)hear_until("WATCHDOG=1");
  (void)hear_until("STATUS=Driving 1, 0 due");

  worker->signal(SIGTERM);

  EXPECT_THAT(hear_until("STATUS=Leaving"), Contains(HasSubstr("EXTEND_TIMEOUT_USEC=3630")));
  (void)hear_until("WATCHDOG=1");
  let_go();
  EXPECT_EQ(worker->finish().exit, 0);
}

// --- the first process of a container

std::vector<pid_t> children_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) + "/children");
  std::vector<pid_t> found;
  for (pid_t child = 0; file >> child;) found.push_back(child);
  return found;
}

TEST_F(WorkerCommand, IsAFirstProcessThatEndsAndCollectsOrphans) {  // [API-11]
  make_slow_agent();
  queue("slow", "r1");
  int own = ::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
  if (::unshare(CLONE_NEWPID) != 0) GTEST_SKIP() << "no right to make a namespace";
  auto worker = start({"worker", "--drain", "0"});
  ASSERT_EQ(::setns(own, CLONE_NEWPID), 0);
  ::close(own);
  worker->await_err("pid=1\n");
  until_exists("called");

  auto orphans = children_of(worker->pid());  // the guard of programs, forked twice
  ASSERT_EQ(orphans.size(), 1u);
  ::kill(orphans[0], SIGKILL);
  until([&] { return children_of(worker->pid()) != orphans; });

  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

}  // namespace
}  // namespace executus::testing
