#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <executus/audit/journal_history.hpp>
#include <executus/audit/memory_store.hpp>
#include <executus/audit/sink.hpp>
#include <executus/budget/store.hpp>
#include <executus/executus.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/skillpack/syncer.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

namespace fs = std::filesystem;

// A home of its own, as the environment names it.
struct HomeFolder : ::testing::Test {
  HomeFolder() {
    std::ofstream(path / "script.yaml") << "turns:\n  - {calls: [{tool: now}]}\n  - {text: It is late.}\n";
    ::setenv("XDG_STATE_HOME", path.c_str(), 1);
    ::unsetenv("EXECUTUS_DB");
    ::setenv("EXECUTUS_MODEL_TIER_FAST", ("scripted/" + (path / "script.yaml").string()).c_str(), 1);
  }
  executus::testing::TemporaryFolder folder;
  const fs::path& path = folder.path();
};

using DefaultRuntime = HomeFolder;

TEST_F(DefaultRuntime, IsAgenticWithoutAnyWiring) {  // [ARC-03] [CK-29] [STO-01]
  Agent agent;
  agent.name = "clerk";
  agent.tools = {"now"};
  RunId run;
  {
    Runtime runtime;
    auto outcome = runtime.run(agent, "How late is it?");
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(outcome.output, "It is late.");
    EXPECT_EQ(outcome.activities.size(), 1u);
    run = outcome.run_id;
  }
  EXPECT_TRUE(fs::exists(path / "executus" / "executus.db")) << "durable by default, in one SQLite file";
  Runtime later;
  auto row = block_on(later.loop(), later.journal().find(run));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->status, RunStatus::ok);
}

TEST_F(DefaultRuntime, TakesWhatTheHostGivesItInstead) {  // [ARC-03]
  RuntimeOptions options;
  options.database = (path / "other.db").string();
  int finished = 0;
  options.ports.finalizers = {[&](const RunOutcome&) { ++finished; }};
  options.system_header = "House rules.";
  Runtime runtime(std::move(options));
  Agent agent;
  agent.tools = {"now"};
  EXPECT_TRUE(runtime.run(agent, "How late is it?").ok());
  EXPECT_EQ(finished, 1);
  EXPECT_TRUE(fs::exists(path / "other.db"));
}

// Beside the runs, which are on threads of their own; what it wrote is what the journal says.
TEST_F(DefaultRuntime, IsAuditedByTheSinkOfAHost) {  // [AUD-03]
  audit::MemoryAudit records;
  auto loop = make_loop(1);
  audit::AuditSink sink(&records, *loop);
  RuntimeOptions options;
  options.ports.audit = &sink;
  Runtime runtime(std::move(options));
  std::vector<RunHandle> runs;
  for (int i = 0; i < 8; ++i) runs.push_back(runtime.start({.name = "clerk", .tools = {"now"}}, "How late?").get());
  for (auto& run : runs) EXPECT_TRUE(run.wait().ok());

  audit::JournalHistory history(runtime.journal());
  for (auto& run : runs) {
    auto told = block_on(*loop, records.find(run.id()));
    auto read = block_on(runtime.loop(), history.find(run.id()));
    ASSERT_TRUE(told && read);
    EXPECT_EQ(told->stats.status, RunStatus::ok);
    EXPECT_EQ(told->stats.tools, read->stats.tools);
    EXPECT_EQ(told->stats.usage, read->stats.usage);
    EXPECT_EQ(told->stats.output, read->stats.output);
  }
}

struct Query {};
BOOST_DESCRIBE_STRUCT(Query, (), ())

TEST_F(DefaultRuntime, GivesAFunctionThatBlocksAThreadOfItsPool) {  // [API-05]
  std::ofstream(path / "asks.yaml") << "turns:\n  - {calls: [{tool: sql}]}\n  - {text: done}\n";
  Agent agent{.name = "clerk", .model = "scripted/" + (path / "asks.yaml").string(), .tools = {"sql"}};
  Runtime runtime;
  auto select = [](Query) { return "1 row"; };
  runtime.tools().add(make_tool<Query>({.name = "sql", .effect = Effect::pure, .runs_on = RunsOn::pool}, select));

  auto outcome = runtime.run(agent, "How many are there?");

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.messages[2].tool_results.at(0).text, "1 row");
}

// Summarises nothing, and counts how often it was asked.
struct CountingCompactor final : Compactor {
  Task<Compaction> compact(CompactionRequest) override {
    ++asked;
    co_return Compaction();
  }
  int asked = 0;
};

TEST_F(DefaultRuntime, ShortensConversationsByTheCompactorOfTheHost) {  // [ARC-03]
  CountingCompactor mine;
  Agent agent{.name = "clerk", .model = "scripted/" + (path / "script.yaml").string(), .tools = {"now"}};
  RuntimeOptions options;
  options.context_tokens = {{agent.model, 10}};
  options.compactor = &mine;
  Runtime runtime(std::move(options));

  EXPECT_TRUE(runtime.run(agent, "How late is it, in words that are too many for such a small model?").ok());
  EXPECT_GT(mine.asked, 0);
}

TEST_F(DefaultRuntime, RefusesAJournalAmongItsPorts) {  // [ARC-03]
  journal::MemoryJournal journal(system_clock());
  auto store = journal.open_worker();
  RuntimeOptions options;
  options.ports.journal = store.get();
  try {
    Runtime runtime(std::move(options));
    FAIL() << "it would not be used";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "config.invalid");
    EXPECT_NE(error.message().find("RuntimeOptions::store"), std::string::npos);
  }
}

struct CountingObserver final : RunObserver {
  void on_entry(const RunId&, const journal::Entry&) override {
    ++entries;
    if (throws) throw std::runtime_error("no room");
  }
  bool throws = false;
  std::atomic<int> entries = 0;
};

TEST_F(DefaultRuntime, TellsBothObserversOfTheHost) {  // [ARC-03] [API-04]
  CountingObserver first, second;
  first.throws = true;
  RuntimeOptions options;
  options.observer = &first;
  options.ports.observer = &second;
  Runtime runtime(std::move(options));

  EXPECT_TRUE(runtime.run({.name = "clerk", .tools = {"now"}}, "How late is it?").ok());
  EXPECT_GT(second.entries, 0);
  EXPECT_EQ(first.entries, second.entries);
}

// Makes tools of its own kind, and is asked for no other.
struct OtherTools final : DeclaredTools {
  Result<std::shared_ptr<tool::Tool>> make(const boost::json::object& declaration) override {
    EXPECT_EQ(declaration.at("kind"), "sql");
    return make_tool<Query>({.name = "ask", .effect = Effect::pure}, [](Query) { return "1 row"; });
  }
};

boost::json::object declared(std::string name, std::string kind, boost::json::array command = {}) {
  return {{"kind", kind},
          {"name", name},
          {"description", "Does."},
          {"effect", "pure"},
          {"command", command},
          {"timeout_ms", 20'000},
          {"parameters", {{"type", "object"}}}};
}

TEST_F(DefaultRuntime, AsksTheHostForDeclaredToolsOfOtherKinds) {  // [ARC-03]
  std::ofstream(path / "asks.yaml") << "turns:\n  - {calls: [{tool: ask}, {tool: say}]}\n  - {text: done}\n";
  OtherTools others;
  RuntimeOptions options;
  options.ports.declared_tools = &others;
  Runtime runtime(std::move(options));
  runtime.tools().add(make_tool<Query>({.name = "command", .effect = Effect::pure}, [](Query) { return "own"; }));
  Agent agent{.name = "clerk", .model = "scripted/" + (path / "asks.yaml").string()};
  agent.declared_tools = {declared("ask", "sql"), declared("say", "command", {"echo", "said"})};
  agent.tools = {"ask", "say", "command"};  // a tool of the host may have the name of a kind

  auto outcome = runtime.run(agent, "Ask.");

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.messages[2].tool_results.at(0).text, "1 row");
  EXPECT_EQ(outcome.messages[2].tool_results.at(1).text, "said\n");
}

// The parent of a program's warden is the guard.
TEST_F(DefaultRuntime, HasOneGuardForAllPrograms) {
  std::string whose = "cut -d' ' -f4 /proc/$PPID/stat";
  std::ofstream(path / "git") << "#!/bin/sh\n" << whose << " >'" << (path / "guard").string() << "'\nexit 1\n";
  fs::permissions(path / "git", fs::perms::owner_all);
  FixedEnvironment environment({{"PATH", path.string() + ":/usr/bin:/bin"}});
  std::ofstream(path / "asks.yaml") << "turns:\n  - {calls: [{tool: guard}]}\n  - {text: done}\n";
  RuntimeOptions options;
  options.database = (path / "other.db").string();
  options.environment = &environment;
  Runtime runtime(std::move(options));
  Agent agent{.name = "clerk", .model = "scripted/" + (path / "asks.yaml").string()};
  agent.declared_tools = {declared("guard", "command", {"sh", "-c", whose})};
  agent.tools = {"guard"};

  auto outcome = runtime.run(agent, "Who guards?");
  EXPECT_THROW((void)runtime.packs().subscribe({skillpack::Source::Kind::git, "file:///nowhere", "", ""}), Error);

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  std::stringstream of_git;
  of_git << std::ifstream(path / "guard").rdbuf();
  EXPECT_EQ(outcome.messages[2].tool_results.at(0).text, of_git.str());
}

TEST_F(DefaultRuntime, GoesOnWithTheTierThatTheHostNamesForABreach) {  // [ARC-03] [DUR-35]
  std::ofstream(path / "dear.yaml")
      << "turns:\n  - {calls: [{tool: now}], usage: {input: 20, output: 5}}\n  - {text: Dear.}\n";
  std::ofstream(path / "cheap.yaml") << "turns:\n  - {text: none}\n  - {text: Cheap.}\n";
  auto spec = [&](const char* name) { return "scripted/" + (path / name).string(); };
  Runtime runtime;
  Agent agent{.name = "clerk", .model = spec("dear.yaml"), .tools = {"now"}};
  auto output = [&](const char* tier) {
    agent.budget = AgentBudget{{{}, 20, {}}, {OnBreach::tier, tier}};
    auto outcome = runtime.run(agent, "How late is it?");
    return outcome.ok() ? outcome.output : outcome.error_code;
  };
  EXPECT_EQ(output(spec("cheap.yaml").c_str()), "Cheap.");
  EXPECT_EQ(output("no-such-tier"), "model.unknown") << "it says so, and asks none";

  agent.budget = {};
  budget::Limit limit{
      budget::account_of_agent("clerk"), {{}, 20, {}}, Milliseconds(0), {OnBreach::tier, spec("cheap.yaml")}};
  block_on(runtime.loop(),
           runtime.budgets().set(limit, budget::BudgetStore::Put::always, runtime.loop().clock().wall()));
  EXPECT_EQ(runtime.run(agent, "How late is it?").output, "Cheap.");
}

TEST_F(DefaultRuntime, BoundsDelegationAsTheHostSays) {  // [ARC-03]
  std::ofstream(path / "asks.yaml") << "turns:\n  - {calls: [{tool: agent__helper, arguments: {prompt: Look}},"
                                       " {tool: agent__helper, arguments: {prompt: Look again}}]}\n  - {text: done}\n";
  Agent helper{.name = "helper",
               .description = "Looks.",
               .model = "scripted/" + (path / "script.yaml").string(),
               .tools = {"now"}};
  Agent agent{.name = "clerk", .model = "scripted/" + (path / "asks.yaml").string(), .sub_agents = {helper}};
  RuntimeOptions options;
  options.delegation.max_descendants = 1;
  Runtime runtime(std::move(options));

  auto outcome = runtime.run(agent, "Look twice.");

  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.runs_below, 1);
}

}  // namespace
}  // namespace executus
