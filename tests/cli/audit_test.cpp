// `executus audit`: history and spending by agent, caller and run tree.
#include <set>

#include <executus/async/root_group.hpp>
#include <executus/audit/journal_history.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/manual_loop.hpp>

#include "audit/books_test.hpp"
#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// top (clerk, of ann) with child (judge) below it, and lone (clerk, of "=ben"), a second apart.
class AuditCommand : public CliProgram {
 protected:
  AuditCommand() {
    auto books = open_books();
    add(books, info_of("top", "clerk", "ann"),
        stats_of(RunStatus::ok, 65'000, 1'000'000'000, {{"grep", 2}, {"read", 1}}));
    auto child = info_of("child", "judge", "ann");
    child.parent = RunId::parse("top").value();
    auto failed = stats_of(RunStatus::error, 1'500, std::nullopt, {});
    failed.error = "it is away, \"really\"";
    failed.error_code = "model.unreachable";
    add(books, child, failed);
    add(books, info_of("lone", "clerk", "=ben"), stats_of(RunStatus::waiting, 100, 10'500'000, {}));
  }

  audit::JournalBooks open_books() {
    std::shared_ptr<journal::JournalStore> store =
        sqlite::open_store({folder() / "state.db", &clock_, Milliseconds(5'000), {}});
    auto view = std::make_unique<audit::JournalHistory>(*store);
    return audit::JournalBooks(std::move(view), std::move(store), clock_);
  }
  static RunInfo info_of(const std::string& run, const std::string& agent, const std::string& caller) {
    RunInfo info;
    info.run = RunId::parse(run).value();
    info.name = agent;
    info.caller = caller;
    return info;
  }
  static RunStats stats_of(RunStatus status, int ms, std::optional<std::int64_t> nano_dollars,
                           std::map<std::string, int> tools) {
    RunStats stats;
    stats.status = status;
    stats.usage = {1'000, 50, 200};
    stats.cost += nano_dollars ? std::optional(llm::NanoDollars{*nano_dollars}) : std::nullopt;
    stats.runtime = Milliseconds(ms);
    stats.tools = std::move(tools);
    return stats;
  }
  void add(audit::Books& books, const RunInfo& info, const RunStats& stats) {
    clock_.advance(Milliseconds(1'000));
    block_on(*loop_, books.begin(info));
    block_on(*loop_, books.rest(info, stats));
  }
  std::vector<std::string> ids(Arguments more) {
    Arguments words{"audit", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    auto said = run(words);
    EXPECT_EQ(said.exit, 0) << said.err;
    std::vector<std::string> found;
    for (std::size_t at = 0, end; (end = said.out.find('\n', at)) != std::string::npos; at = end + 1)
      found.push_back(said.out.substr(at, end - at));
    return found;
  }

  ManualClock clock_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
};

TEST_F(AuditCommand, ShowsATableWithItsSum) {  // [AUD-01] [AUD-02]
  EXPECT_EQ(run({"audit"}).out,
            R"(STARTED               RUN    AGENT  CALLER  TIME   IN    OUT  COST     TOOLS           OUTCOME
2023-11-14T22:13:23Z  lone   clerk  =ben    0.1s   1000  50   $0.0105                  waiting (timer)
2023-11-14T22:13:22Z  child  judge  ann     1.5s   1000  50   unknown                  error (model.unreachable)
2023-11-14T22:13:21Z  top    clerk  ann     1m05s  1000  50   $1.00    grep 2, read 1  ok
3 runs, 1m06s, 3000 tokens in, 150 out, cost unknown ($1.0105 known)
)");
  auto part = run({"audit", "--limit", "1"});
  EXPECT_THAT(part.out, HasSubstr("\n1 run, 0.1s, 1000 tokens in, 50 out, $0.0105\n"));
  EXPECT_THAT(part.err, HasSubstr("there are older runs than these 1"));
  EXPECT_THAT(run({"audit", "--limit", "3"}).err, IsEmpty());
}

TEST_F(AuditCommand, ListsWhatIsAskedFor) {  // [AUD-05]
  EXPECT_THAT(ids({}), ElementsAre("lone", "child", "top"));
  EXPECT_THAT(ids({"--caller", "ann"}), ElementsAre("child", "top"));
  EXPECT_THAT(ids({"--agent", "clerk", "--status", "ok"}), ElementsAre("top"));
  EXPECT_THAT(ids({"--tree", "top"}), ElementsAre("child", "top"));
  EXPECT_THAT(ids({"--tree", "chi"}), ElementsAre("child"));
  EXPECT_THAT(ids({"--since", "2023-11-14T22:13:22Z", "--until", "2023-11-14T22:13:23Z"}), ElementsAre("child"));
  EXPECT_THAT(ids({"--until", "2023-11-14"}), IsEmpty());
  EXPECT_EQ(run({"audit", "--agent", "clark"}).out, "no runs of agent 'clark'; did you mean 'clerk'?\n");
}

// More than a page of what is read at once, too.
TEST_F(AuditCommand, ShowsFiftyToAPersonAndAllToAProgram) {  // [AUD-02]
  {
    auto books = open_books();
    std::vector<RunInfo> more;
    for (int i = 0; i < 200; ++i) more.push_back(info_of("more-" + std::to_string(i), "clerk", "cleo"));
    block_on(*loop_, audit::begin_all(books, std::move(more)));
  }
  auto shown = run({"audit"});
  EXPECT_THAT(shown.out, HasSubstr("\n50 runs, "));
  EXPECT_THAT(shown.err, HasSubstr("there are older runs than these 50"));
  auto all = ids({});
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 203u);
  EXPECT_EQ(all.size(), 203u);
  EXPECT_EQ(run({"audit", "--json"}).json().as_array().size(), 203u);
}

TEST_F(AuditCommand, WritesJsonForPrograms) {  // [AUD-01]
  auto runs = run({"audit", "--json"}).json().as_array();
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[1], boost::json::parse(R"({"run_id":"child","root_run_id":"top","parent_run_id":"top","agent":"judge",
    "caller":"ann","channel":null,"status":"error","reason":null,"error_code":"model.unreachable",
    "started_at":"2023-11-14T22:13:22.000Z","ended_at":"2023-11-14T22:13:22.000Z","steps":1,
    "usage":{"input_tokens":1000,"output_tokens":50,"cache_read_tokens":200,"cache_write_tokens":0,"reasoning_tokens":0},
    "cost_micro_usd":null,"known_cost_micro_usd":0,"unpriced_calls":1,"subject":"judge","runtime_ms":1500,"tool_calls":0,
    "tools":{},"error":"it is away, \"really\"","unreadable":null})"));
  EXPECT_EQ(runs[2].at("tools"), boost::json::parse(R"({"grep":2,"read":1})"));
  EXPECT_EQ(runs[2].at("cost_micro_usd"), 1'000'000);
  EXPECT_EQ(run({"audit", "--json", "--caller", "nobody"}).json(), boost::json::array());
}

TEST_F(AuditCommand, WritesCsvForSpreadsheets) {  // [AUD-01]
  EXPECT_EQ(
      run({"audit", "--csv"}).out,
      "started_at,ended_at,run_id,root_run_id,parent_run_id,agent,subject,caller,channel,status,reason,error_code,"
      "steps,runtime_ms,input_tokens,output_tokens,cache_read_tokens,cost_usd,known_cost_usd,unpriced_calls,"
      "tool_calls,tools\r\n"
      "2023-11-14T22:13:23.000Z,,lone,lone,,clerk,clerk,'=ben,,waiting,timer,,1,100,1000,50,200,0.0105,0.0105,0,0,"
      "\r\n"
      "2023-11-14T22:13:22.000Z,2023-11-14T22:13:22.000Z,child,top,top,judge,judge,ann,,error,,model.unreachable,"
      "1,1500,1000,50,200,,0.00,1,0,\r\n"
      "2023-11-14T22:13:21.000Z,2023-11-14T22:13:21.000Z,top,top,,clerk,clerk,ann,,ok,,,1,65000,1000,50,200,1.00,"
      "1.00,0,3,grep=2 read=1\r\n");
  EXPECT_THAT(run({"audit", "--csv", "--by", "caller"}).out,
              AllOf(HasSubstr("caller,runs,ok,error,"), HasSubstr("\r\n'=ben,1,0,0,0,0,0,0,0,1,0,100,0,1000,50,200,")));
}

TEST_F(AuditCommand, SumsByAgentCallerAndTree) {  // [AUD-02]
  EXPECT_EQ(run({"audit", "--by", "agent"}).out,
            R"(AGENT  RUNS  TIME   IN    OUT  COST     OUTCOMES
clerk  2     1m05s  2000  100  $1.0105  1 ok, 1 waiting
judge  1     1.5s   1000  50   unknown  1 error
)");
  auto trees = run({"audit", "--by", "tree", "--json"}).json().as_array();
  ASSERT_EQ(trees.size(), 2u);
  EXPECT_EQ(trees[0].at("root_run_id"), "top");
  EXPECT_EQ(trees[0].at("runs"), 2);
  EXPECT_EQ(trees[0].at("runtime_ms"), 66'500);
  EXPECT_EQ(trees[0].at("cost_micro_usd"), nullptr);
  EXPECT_EQ(trees[0].at("known_cost_micro_usd"), 1'000'000);
  EXPECT_THAT(ids({"--by", "caller", "--agent", "clerk"}), ElementsAre("ann", "=ben"));
}

TEST_F(AuditCommand, ARunThatCannotBeReadIsShownAsThat) {  // [AUD-02]
  {
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    database.execute("UPDATE entries SET body='{' WHERE kind=3 AND run=(SELECT id FROM runs WHERE run_id='top')");
  }
  auto shown = run({"audit"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("?      ok, its journal cannot be read"),
                               HasSubstr("3 runs, 1.6s and more, 3000 tokens in")));
  EXPECT_EQ(run({"audit", "--agent", "clerk", "--json"}).json().at(1).at("runtime_ms"), nullptr);
}

TEST_F(AuditCommand, RefusesWhatMakesNoSense) {
  EXPECT_THAT(run({"audit", "--csv", "--json"}).err, HasSubstr("--csv and --json: say one of them"));
  EXPECT_THAT(run({"audit", "--by", "agent", "--limit", "3"}).err, HasSubstr("groups are of all runs"));
  for (const Arguments& words : {Arguments{"audit", "--until", "soon"},
                                 {"audit", "--by", "day"},
                                 {"audit", "--status", "done"},
                                 {"audit", "--tree", "nowhere"},
                                 {"audit", "--limit", "0"}})
    EXPECT_EQ(run(words).exit, 2) << words.back();
  environment_["EXECUTUS_DB"] = (folder() / "none.db").string();
  auto none = run({"audit"});
  EXPECT_EQ(none.exit, 0) << none.err;
  EXPECT_EQ(none.out, "no runs\n");
  EXPECT_FALSE(std::filesystem::exists(folder() / "none.db"));
}

}  // namespace
}  // namespace executus::testing
