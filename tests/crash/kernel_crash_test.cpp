// Kills the real program while it runs phases, delegates, is steered and shortens its conversation; recovers, and
// compares with the uninterrupted run. The model is a script here (crash_test.cpp has servers that count); effects are
// lines of a file that dedupes by the key it is given.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "killer.hpp"
#include "process.hpp"
#include "seed.hpp"
#include "store_watch.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kMostKernelKills = 3;
constexpr int kMostKernelAttempts = 20;
constexpr std::chrono::minutes kKernelPatience{2};
constexpr const char* kRun = "run-1";

using Files = std::map<std::string, std::string>;
using Words = std::vector<std::string>;  // said to the run: {"steer", "a text"}, {"signal", "a name", "JSON"}

// A tool that writes its key to `effects`, once. While there is a file `hold` it does not come back.
const std::string kActTool = R"(
command_tools:
  - name: act
    description: Makes an effect happen.
    command: [sh, -c, "cat > /dev/null; grep -qx $EXECUTUS_IDEMPOTENCY_KEY effects 2>/dev/null || echo $EXECUTUS_IDEMPOTENCY_KEY >> effects; while [ -e hold ]; do touch held; sleep 0.01; done; echo did it"]
    effect: keyed
    parameters: {type: object}
)";

// Three phases, each of which plays `turns`.
Files phases_of(const std::string& turns) {
  return {{"agents/boss.yaml",
           "name: boss\nmodel: scripted/boss.yaml\nroot: ..\nphases:\n"
           "  - {name: one, system_prompt: \"One {{Query}}\"}\n"
           "  - {name: two, system_prompt: \"Two {{one}}\"}\n"
           "  - {name: three, system_prompt: \"Three {{two}}\"}" +
               kActTool},
          {"boss.yaml", "turns:\n" + turns}};
}

const std::string kTurns =
    "  - {text: a, delay: 5ms, calls: [{tool: act, arguments: {n: 1}}]}\n"
    "  - {text: b, delay: 5ms, calls: [{tool: act, arguments: {n: 2}}]}\n  - {text: end}\n";

const Files kPhases = phases_of(kTurns);

// A message that comes after a final answer is answered too.
const Files kSteered = phases_of(kTurns + "  - {text: the end after all}\n");

const Files kFamily{
    {"agents/child.yaml", "name: child\ndescription: Helps.\nmodel: scripted/child.yaml\nroot: .." + kActTool},
    {"child.yaml",
     "turns:\n  - {delay: 5ms, calls: [{tool: act, arguments: {n: 1}}]}\n  - {text: found, delay: 5ms}\n"},
    {"agents/boss.yaml", "name: boss\nmodel: scripted/boss.yaml\nroot: ..\nagents: [child]" + kActTool},
    {"boss.yaml",
     "turns:\n  - calls:\n      - {tool: agent__child, arguments: {prompt: a}}\n"
     "      - {tool: agent__child, arguments: {prompt: b}}\n      - {tool: act, arguments: {n: 2}}\n"
     "  - {delay: 5ms, calls: [{tool: agent__child, arguments: {prompt: c}}]}\n  - {text: end}\n"}};

// Calls that park and are due at once, so that it ends in one process when it is left alone.
const Files kSleepy{
    {"agents/boss.yaml",
     "name: boss\nmodel: scripted/boss.yaml\nroot: ..\ntools: [sleep, wait_for_signal, act]" + kActTool},
    {"boss.yaml",
     "turns:\n  - {delay: 5ms, calls: [{tool: act, arguments: {n: 1}}, {tool: sleep, arguments: {seconds: 0}}]}\n"
     "  - calls:\n      - {tool: sleep, arguments: {until: '1999-01-31T09:00:00Z'}}\n"
     "      - {tool: wait_for_signal, arguments: {name: paid, timeout_seconds: 0}}\n"
     "      - {tool: act, arguments: {n: 2}}\n  - {text: end}\n"}};

// It ends when it has its signal.
const Files kSignalled{
    {"agents/boss.yaml", "name: boss\nmodel: scripted/boss.yaml\nroot: ..\ntools: [wait_for_signal, act]" + kActTool},
    {"boss.yaml",
     "turns:\n  - {delay: 5ms, calls: [{tool: act, arguments: {n: 1}}]}\n"
     "  - {delay: 5ms, calls: [{tool: wait_for_signal, arguments: {name: paid}}]}\n"
     "  - {delay: 5ms, calls: [{tool: act, arguments: {n: 2}}]}\n  - {text: end}\n"}};

// The conversation outgrows its context: the head is compacted. The script begins anew with what is left, so the run
// ends when its steps do; it has to end in the same way after any kill.
const Files kLong{
    {"executus.yaml", "models:\n  tiers: {fast: \"scripted/summary.yaml\"}\n  context_tokens: {SPEC: 300}\n"},
    {"summary.yaml", "turns:\n  - {text: what was done so far, delay: 5ms}\n"},
    {"agents/boss.yaml", "name: boss\nmodel: scripted/boss.yaml\nroot: ..\nmax_iterations: 14" + kActTool},
    {"boss.yaml", [] {
       std::string turns = "turns:\n";
       for (int n = 0; n < 20; ++n)
         turns += "  - {delay: 2ms, text: " + std::string(120, 'x') +
                  ", calls: [{tool: act, arguments: {n: " + std::to_string(n) + "}}]}\n";
       return turns + "  - {text: end}\n";
     }()}};

// Edits each of which would be seen if it happened twice, or not at all.
const Files kEditing{
    {"a.txt", "one\r\ntwo\r\n"},
    {"agents/boss.yaml",
     "name: boss\nmodel: scripted/boss.yaml\nroot: ..\ntools: [read_file, write_file, edit_file, apply_patch, act]" +
         kActTool},
    {"boss.yaml",
     R"(turns:
  - {calls: [{tool: act, arguments: {n: 1}}, {tool: read_file, arguments: {path: a.txt}}]}
  - calls:
      - {tool: edit_file, arguments: {path: a.txt, old_text: two, new_text: two two}}
      - {tool: edit_file, arguments: {path: a.txt, old_text: one, new_text: one one}}
      - {tool: write_file, arguments: {path: b.txt, content: "b\n"}}
  - calls:
      - tool: apply_patch
        arguments:
          patch: "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n one one\n+one one\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1,2 @@\n b\n+b\n"
  - {delay: 5ms, calls: [{tool: write_file, arguments: {path: b.txt, content: "the last\n"}}]}
  - {text: end}
)"}};

// An MCP server whose only tool does what kActTool does.
const char* const kServer = R"sh(while IFS= read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\("[^"]*"\|[0-9]*\).*/\1/p')
  say() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
  case $line in
    *'"method":"initialize"'*) say '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"act","version":"1"}}' ;;
    *'"method":"tools/list"'*) say '{"tools":[{"name":"act","description":"Makes an effect happen.","inputSchema":{"type":"object"}}]}' ;;
    *'"method":"tools/call"'*)
      key=$(printf %s "$line" | sed -n 's/.*idempotency_key":"\([^"]*\)".*/\1/p')
      grep -qx "$key" effects 2>/dev/null || echo "$key" >> effects
      while [ -e hold ]; do touch held; sleep 0.01; done
      say '{"content":[{"type":"text","text":"did it"}]}' ;;
    *'"id":'*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no such method"}}\n' "$id" ;;
  esac
done
)sh";

const Files kServed{{"server.sh", kServer},
                    {"agents/boss.yaml",
                     "name: boss\nmodel: scripted/boss.yaml\nroot: ..\nmcp_servers:\n"
                     "  - {name: world, command: [sh, server.sh], effect: keyed}\n"},
                    {"boss.yaml",
                     "turns:\n  - {text: a, delay: 5ms, calls: [{tool: world.act, arguments: {n: 1}}]}\n"
                     "  - {text: b, delay: 5ms, calls: [{tool: world.act, arguments: {n: 2}}, {tool: world.act, "
                     "arguments: {n: 3}}]}\n  - {text: end}\n"}};

// A folder with the scenario's files, and the program in it.
class Place final {
 public:
  Place(const fs::path& parent, const std::string& name, const Files& files) : folder_(parent / name) {
    fs::create_directories(folder_ / "agents");
    fs::create_directories(store());
    for (const auto& [file, text] : files) {
      std::string placed = text;
      auto spec = placed.find("SPEC");  // the model as it is stored: with its absolute path
      if (spec != std::string::npos) placed.replace(spec, 4, "\"scripted/" + (folder_ / "boss.yaml").string() + "\"");
      std::ofstream(folder_ / file) << placed;
    }
  }
  fs::path store() const { return folder_ / "store"; }

  Process start(const std::vector<std::string>& arguments) const {
    return Process(folder_, arguments,
                   {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                    {"HOME", folder_.string()},
                    {"EXECUTUS_DB", (store() / "executus.db").string()}});
  }
  Finished call(const std::vector<std::string>& arguments) const { return start(arguments).finish(); }
  // Empty: there is no such run.
  json::object ask(const std::vector<std::string>& arguments) const {
    auto finished = call(arguments);
    return finished.exit == 0 ? json::parse(finished.out).as_object() : json::object{};
  }
  json::object show(const std::string& run) const { return ask({"runs", "show", run, "--json"}); }
  json::object tree() const { return ask({"runs", "tree", kRun, "--json"}); }
  std::vector<std::string> effects() const {
    std::vector<std::string> keys;
    std::ifstream file(folder_ / "effects");
    for (std::string key; std::getline(file, key);) keys.push_back(key);
    std::ranges::sort(keys);
    return keys;
  }
  void hold() const { std::ofstream(folder_ / "hold"); }
  void let_go() const { fs::remove(folder_ / "hold"); }
  void await_held() const {
    auto until = std::chrono::steady_clock::now() + kKernelPatience;
    while (!fs::exists(folder_ / "held")) {
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error("no call was held in " + folder_.string());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  std::string text(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string journal(const std::string& run) const { return call({"runs", "events", run, "--json"}).out; }

 private:
  fs::path folder_;
};

std::string shown_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? json::serialize(*value) : "absent";
}

bool has_ended(const json::object& shown) {
  static const std::set<std::string> open{"absent", "\"queued\"", "\"running\"", "\"waiting\""};
  return !open.contains(shown_member(shown, "status"));
}

const std::vector<std::string> kStart{"run", "boss", "go", "--run-id", kRun, "--json"};
const std::vector<std::string> kRecover{"recover", "--max-attempts", "unlimited", "--json"};

// The same run left alone, and killed.
class KernelRound {
 public:
  KernelRound(const Files& files, std::uint64_t seed)
      : random_(seed), folder_(make_folder()), calm_(folder_, "calm", files), killed_(folder_, "killed", files) {}
  ~KernelRound() {
    std::error_code ignored;
    if (!::testing::Test::HasFailure()) fs::remove_all(folder_, ignored);
  }

  void play(Aim aim, const Words& words = {}) {
    play_calm();
    int kills = std::uniform_int_distribution<int>(1, kMostKernelKills)(random_);
    json::object shown;
    if (aim == Aim::sure) {
      attempt_held(words);
      shown = killed_.show(kRun);
    }
    for (int attempt = 0; attempt < kMostKernelAttempts && !has_ended(shown); ++attempt) {
      attempt_once(shown.empty() ? kStart : kRecover, kills > kills_, words);
      shown = killed_.show(kRun);
    }
  }

  const Place& calm() const { return calm_; }
  const Place& killed() const { return killed_; }
  int kills() const { return kills_; }
  bool said() const { return said_; }
  std::string where() const { return folder_.string(); }

 private:
  static fs::path make_folder() {
    auto pattern = (fs::temp_directory_path() / "executus-crash-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder for the round");
    return fs::canonical(pattern);
  }

  void play_calm() {
    StoreWatch watch(calm_.store(), [this] { profile_.count(Moment::store_written); });
    auto begin = std::chrono::steady_clock::now();
    (void)calm_.call(kStart);
    profile_.time = std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - begin);
  }

  void attempt_once(const std::vector<std::string>& command, bool with_kill, const Words& words) {
    StoreWatch watch(killed_.store(), [this] { (void)killer_.at(Moment::store_written); });
    auto process = killed_.start(command);
    if (with_kill) killer_.arm(process.pid(), random_plan(random_, profile_));
    say_once(words);
    process.await_end();
    killer_.disarm();
    if (process.finish().killed) ++kills_;
  }

  // The run stands in its first call while it is steered, and is killed there.
  void attempt_held(const Words& words) {
    killed_.hold();
    auto process = killed_.start(kStart);
    killed_.await_held();
    say_once(words);
    process.send(SIGKILL);
    if (process.finish().killed) ++kills_;
    killed_.let_go();
  }

  void say_once(const Words& words) {
    if (words.empty() || said_) return;
    std::vector<std::string> command{"runs", words.front(), kRun};
    command.insert(command.end(), words.begin() + 1, words.end());
    said_ = killed_.call(command).exit == 0;
  }

  std::mt19937_64 random_;
  fs::path folder_;
  Place calm_, killed_;
  Profile profile_;
  Killer killer_;
  int kills_ = 0;
  bool said_ = false;
};

int rounds() {
  return std::max(3, static_cast<int>(number_from_environment("EXECUTUS_CRASH_ROUNDS").value_or(20)) / 4);
}

void expect_same_end(const KernelRound& round, const std::string& status) {
  auto calm = round.calm().show(kRun), killed = round.killed().show(kRun);
  EXPECT_EQ(shown_member(killed, "status"), status);
  for (const char* same : {"status", "digest", "output", "iterations", "messages"})
    EXPECT_EQ(shown_member(killed, same), shown_member(calm, same)) << same;
  EXPECT_EQ(round.killed().effects(), round.calm().effects()) << "each effect once, under the same key";
  auto effects = round.killed().effects();
  EXPECT_EQ(std::set<std::string>(effects.begin(), effects.end()).size(), effects.size());
}

template <class Judge>
void survive(const char* name, const Files& files, Judge judge, const Words& words = {}) {
  auto seed = first_seed();
  int kills = 0;
  for (int i = 0; i < rounds() && !::testing::Test::HasFailure(); ++i, ++seed) {
    KernelRound round(files, seed);
    round.play(i == 0 ? Aim::sure : Aim::random, words);
    SCOPED_TRACE("seed " + std::to_string(seed) + " in " + round.where());
    judge(round);
    kills += round.kills();
  }
  std::cout << "[  crash   ] " << name << ": " << rounds() << " rounds, " << kills << " kills\n";
  EXPECT_GT(kills, 0) << "no kill hit a living process";
}

// Its tools are those that it offered first, and each call is settled by its class.
TEST(KernelCrash, ARunGoesOnWithTheToolsOfItsServer) {  // [MCP-04] [MCP-05] [DUR-05]
  survive("MCP server", kServed, [](const KernelRound& round) {
    expect_same_end(round, "\"ok\"");
    EXPECT_EQ(round.killed().effects().size(), 3u);
  });
}

TEST(KernelCrash, PhasesGoOnInTheMiddle) {  // [DUR-12] [DUR-24]
  survive("phases", kPhases, [](const KernelRound& round) { expect_same_end(round, "\"ok\""); });
}

TEST(KernelCrash, ParentsAndChildrenGoOnAndNoChildRunsTwice) {  // [DUR-29] [DUR-24]
  survive("delegation", kFamily, [](const KernelRound& round) {
    expect_same_end(round, "\"ok\"");
    auto calm = round.calm().tree(), killed = round.killed().tree();
    auto ids = [](const json::object& tree) {
      std::set<std::string> found;
      for (const auto& child : tree.at("children").as_array()) {
        EXPECT_EQ(child.at("status").as_string(), "ok");
        found.insert(json::serialize(child.at("run_id")));
      }
      return found;
    };
    ASSERT_TRUE(calm.contains("children") && killed.contains("children"));
    EXPECT_EQ(ids(killed).size(), 3u);
    EXPECT_EQ(ids(killed), ids(calm));
  });
}

TEST(KernelCrash, AnAcknowledgedSteerMessageIsHeardOnce) {  // [DUR-13] [DUR-38]
  const std::string text = "only-look-at-the-last-hour";
  int heard = 0;
  auto judge = [&](const KernelRound& round) {
    auto shown = round.killed().show(kRun);
    EXPECT_EQ(shown_member(shown, "status"), "\"ok\"") << shown_member(shown, "error");
    auto messages = shown_member(shown, "messages");
    int times = 0;
    for (auto at = messages.find(text); at != std::string::npos; at = messages.find(text, at + 1)) ++times;
    EXPECT_EQ(times, round.said() ? 1 : 0) << round.killed().journal(kRun);
    heard += times;
  };
  survive("steering", kSteered, judge, {"steer", text});
  EXPECT_GT(heard, 0) << "no message met a living run";
}

TEST(KernelCrash, CallsThatParkAreWokenAndMadeAgain) {  // [DUR-43] [DUR-24]
  survive("sleeping", kSleepy, [](const KernelRound& round) {
    expect_same_end(round, "\"ok\"");
    EXPECT_NE(round.killed().journal(kRun).find("\"kind\":\"woken\""), std::string::npos);
  });
}

TEST(KernelCrash, AnAcknowledgedSignalIsTakenOnce) {  // [DUR-44]
  auto judge = [&](const KernelRound& round) {
    auto shown = round.killed().show(kRun);
    EXPECT_EQ(shown_member(shown, "status"), "\"ok\"") << shown_member(shown, "error");
    EXPECT_EQ(shown_member(shown, "undelivered"), "absent");
    auto journal = round.killed().journal(kRun);
    std::size_t taken = 0;
    for (auto at = journal.find("\"by\":\"signal\""); at != std::string::npos;
         at = journal.find("\"by\":\"signal\"", at + 1))
      ++taken;
    EXPECT_EQ(taken, 1u) << journal;
    EXPECT_NE(shown_member(shown, "messages").find(R"({\"signal\":\"paid\",\"payload\":7})"), std::string::npos);
  };
  survive("signals", kSignalled, judge, {"signal", "paid", "7"});
}

TEST(KernelCrash, EditsOfFilesAreNeitherLostNorDoubled) {  // [SBX-03] [TLS-16]
  survive("editing", kEditing, [](const KernelRound& round) {
    expect_same_end(round, "\"ok\"");
    EXPECT_EQ(round.killed().text("a.txt"), "one one\r\none one\r\ntwo two\r\n") << round.killed().journal(kRun);
    EXPECT_EQ(round.killed().text("b.txt"), "the last\n");
    EXPECT_NE(round.killed().journal(kRun).find("\"before\":"), std::string::npos) << "plans are in the journal";
  });
}

TEST(KernelCrash, AShortenedConversationStaysTheSame) {  // [CMP-07] [DUR-24] [DUR-34]
  survive("compaction", kLong, [](const KernelRound& round) {
    expect_same_end(round, shown_member(round.calm().show(kRun), "status"));
    EXPECT_NE(round.calm().journal(kRun).find("\"kind\":\"compacted\""), std::string::npos);
    EXPECT_NE(round.killed().journal(kRun).find("\"kind\":\"compacted\""), std::string::npos);
  });
}

}  // namespace
}  // namespace executus::crash
