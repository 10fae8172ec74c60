// An event stream of a host, cut again and again, follows a run that other processes drive: each of them is killed
// while a tool of its own runs, and the next one takes the run up.
#include <csignal>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <executus/executus.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

constexpr int kKills = 10, kCutsEach = 10;

class FollowedEvents : public CliProgram {
 protected:
  // The call of turn N waits until the pipe gateN is written to its end.
  void SetUp() override {
    std::string turns;
    for (int turn = 0; turn <= kKills; ++turn) {
      turns += "  - {calls: [{tool: hold, arguments: {turn: " + std::to_string(turn) + "}}]}\n";
      make_pipe(gate_of(turn));
    }
    write("hold.sh", "exec cat gate$(tr -dc 0-9)\n");
    agent("a", turns + "  - text: done\n",
          "max_iterations: 50\ncommand_tools:\n"
          "  - {name: hold, description: Waits., command: [sh, hold.sh], cwd: ., effect: pure}\n");
  }
  static std::string gate_of(int turn) { return "gate" + std::to_string(turn); }

  // The program of the dead process is gone, too.
  void await_no_reader(int turn) {
    until([&] {
      int fd = ::open((folder() / gate_of(turn)).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      if (fd >= 0) ::close(fd);
      return fd < 0;
    });
  }
  // In the middle of the call of a turn.
  void kill(std::unique_ptr<Started> process, int turn) {
    int gate = open_for_writing(gate_of(turn));
    process->signal(SIGKILL);
    (void)process->finish();
    ::close(gate);
    await_no_reader(turn);
  }
  void let_end(int turn) { ::close(open_for_writing(gate_of(turn))); }

  RuntimeOptions options() {
    RuntimeOptions options;
    options.database = (folder() / "state.db").string();
    options.environment = &environment_of_host_;
    options.threads = 2;
    return options;
  }

 private:
  FixedEnvironment environment_of_host_{{{"HOME", "/nonexistent"}}};
};

// Reads on this thread, with one stream after the other.
struct Pieces {
  // So many streams: each reads what is there, an entry or two, or asks for one and is dropped.
  void read(int streams) {
    for (int i = 0; i < streams; ++i) {
      auto events = open();
      for (int taken = 0; taken < i % 3 && there() > last; ++taken) take(*events.next().get());
      if (i % 3 == 0) (void)events.next();
      ++cuts;
    }
  }
  void read_to_the_end() {
    auto events = open();
    for (const auto& event : events) take(event);
  }
  EventStream open() {
    EventOptions options;
    options.after = last;
    options.until = EventOptions::Until::at_end;
    return runtime.attach(run).get().events(options);
  }
  std::uint64_t there() { return runtime.runs().row(run).get()->last_seq; }
  void take(const Event& event) {
    ASSERT_TRUE(event.committed());
    last = event.seq;
    seen.push_back(event.entry);
  }

  Runtime& runtime;
  RunId run;
  std::uint64_t last = 0;
  int cuts = 0;
  std::vector<std::shared_ptr<const journal::Entry>> seen = {};
};

void expect_stored(const std::vector<std::shared_ptr<const journal::Entry>>& seen,
                   const std::vector<journal::Entry>& stored) {
  ASSERT_EQ(seen.size(), stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    EXPECT_EQ(seen[i]->seq, i + 1);
    EXPECT_EQ(encode(seen[i]->payload), encode(stored[i].payload)) << i;
  }
}

TEST_F(FollowedEvents, AreWhatIsStoredThoughDriversAreKilledAndTheStreamIsCut) {  // [DUR-47] [API-04]
  auto process = start({"run", "a", "hi", "--run-id", "r1"});
  let_end(0);  // the run is there
  Runtime runtime(options());
  const auto run = *RunId::parse("r1");
  Pieces cut{runtime, run}, uncut{runtime, run};
  std::thread beside([&] { uncut.read_to_the_end(); });

  for (int turn = 1; turn <= kKills; ++turn) {
    cut.read(kCutsEach);
    kill(std::move(process), turn);
    process = start({"recover", "r1"});
    let_end(turn);  // the call is made again, since it has no effect
  }
  auto finished = process->finish();
  cut.read_to_the_end();
  beside.join();

  EXPECT_EQ(finished.exit, 0) << finished.err;
  auto stored = runtime.runs().entries(run, 0, 10'000).get();
  EXPECT_TRUE(std::holds_alternative<journal::Ended>(stored.back().payload));
  expect_stored(cut.seen, stored);
  expect_stored(uncut.seen, stored);
  EXPECT_EQ(cut.cuts, kKills * kCutsEach);
}

}  // namespace
}  // namespace executus::testing
