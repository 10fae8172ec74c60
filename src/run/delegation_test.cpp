#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/commands.hpp"
#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A palette of agents by name.
class MapPalette final : public Palette {
 public:
  std::optional<PaletteEntry> skill(std::string_view name) override { return look_up(skills, name); }
  std::optional<PaletteEntry> agent(std::string_view name) override { return look_up(agents, name); }
  std::map<std::string, PaletteEntry, std::less<>> skills, agents;

 private:
  static std::optional<PaletteEntry> look_up(const std::map<std::string, PaletteEntry, std::less<>>& entries,
                                             std::string_view name) {
    auto found = entries.find(name);
    return found == entries.end() ? std::nullopt : std::optional(found->second);
  }
};

Agent named(std::string name, std::string prompt) {
  Agent agent;
  agent.name = std::move(name);
  agent.system_prompt = std::move(prompt);
  agent.description = "Knows a lot.";
  agent.root = "/";
  return agent;
}

// The parent asks its researcher, the researcher looks and answers.
llm::Response family(const llm::Request& request, std::size_t turn) {
  bool parent = request.system == "parent";
  if (parent && turn == 0) return calls({{"c", "agent__researcher", R"({"prompt":"find out"})"}});
  if (parent) return says("done");
  return turn == 0 ? calls({{"l", "look", "{}"}}) : says("found: " + request.messages.begin()->text());
}

struct Family : Harness {
  template <class Answer>
  explicit Family(Answer answer, tool::Effect effect = tool::Effect::pure) : Harness(answer) {
    look = &add_tool("look", effect);
    auto researcher = named("researcher", "child");
    researcher.tools = {"look"};
    palette.agents["researcher"] = {researcher, {}};
    agent = named("boss", "parent");
    agent.agents = {"researcher"};
    reconfigure([this](ExecutorConfig& config) { config.ports.palette = &palette; });
  }
  Family() : Family(family) {}

  std::vector<journal::RunRow> children() {
    journal::RunFilter filter;
    filter.parent = "run";
    return loop.run(store->inner().list(filter));
  }
  const std::string& last_result() { return last_parent_request().messages.back().tool_results[0].text; }
  const llm::Request& last_parent_request() {
    for (auto request = model->requests.rbegin();; ++request)
      if (request->system == "parent") return *request;
  }

  EffectTool* look;
  MapPalette palette;
};

TEST(Delegation, AdmitsAChildWithOneEntryAndNotAgainWithTheNext) {  // [DUR-29]
  Family run;
  std::vector<std::size_t> admitted;
  run.store->on_append = [&](const journal::Append& append) {
    if (!append.admit.empty()) admitted.push_back(append.admit.size());
  };

  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(admitted, ElementsAre(1u));
}

TEST(Delegation, RunsAChildOfItsOwnAndTakesItsResult) {  // [PAL-02] [PAL-03] [DUR-29]
  Family run;
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  invocation.channel = "ops";
  auto outcome = run.loop.run(run.executor->run(run.agent, invocation));
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.last_result(), "found: find out");
  auto children = run.children();
  ASSERT_EQ(children.size(), 1u);
  EXPECT_EQ(children[0].status, RunStatus::ok);
  EXPECT_EQ(children[0].caller, "me");
  EXPECT_EQ(children[0].id.str(), outcome.tool_calls[0].idempotency_key);
  auto child = run.entries(children[0].id.str());
  EXPECT_EQ(std::get<journal::Admitted>(child[0].payload).invocation.at("channel").as_string(), "ops");
}

TEST(Delegation, IntentAndChildAreOneTransaction) {  // [DUR-29]
  Family run;
  run.store->writes_left = 1;  // the response is written; dies at the intent
  (void)run.run();
  EXPECT_THAT(run.children(), IsEmpty());
  Family later;
  later.store->writes_left = 2;  // the intent is written too
  (void)later.run();
  EXPECT_EQ(later.children().size(), 1u);
}

// Dies at every write of the whole family; parent and child go on as if nothing had been.
template <class Make, class Check>
void die_at_every_write(Make make, const RunOutcome& whole, Check check) {
  for (int writes = 1;; ++writes) {
    SCOPED_TRACE(writes);
    std::unique_ptr<Family> run = make();
    run->store->writes_left = writes;
    if (run->run().ok()) break;
    run->new_process();
    auto outcome = run->recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(digest_of(*outcome), digest_of(whole));
    EXPECT_EQ(run->children().size(), 1u);
    check(*run);
    ASSERT_LT(writes, 60);
  }
}

// The parent takes the result once.
TEST(Delegation, GoesOnAfterACrashOfParentAndChild) {  // [DUR-29] [DUR-24]
  Family calm;
  auto whole = calm.run();
  ASSERT_TRUE(whole.ok());
  die_at_every_write([] { return std::make_unique<Family>(); }, whole,
                     [&](Family& run) { EXPECT_LE(run.model->requests.size(), calm.model->requests.size() + 1); });
}

TEST(Delegation, SkillsTakeTheirOwnInputs) {  // [PAL-01] [PAL-08]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent") return says("summary of " + request.messages.begin()->text());
    if (turn == 0) return calls({{"c", "skill__summarise", R"({"txt":"x"})"}});
    return turn == 1 ? calls({{"d", "skill__summarise", R"({"text":"long story"})"}}) : says("done");
  });
  run.agent.skills = {"summarise"};
  boost::json::object schema{
      {"type", "object"}, {"properties", {{"text", {{"type", "string"}}}}}, {"required", boost::json::array{"text"}}};
  run.palette.skills["summarise"] = {named("summarise", "child"), schema};
  EXPECT_TRUE(run.run().ok());
  const auto& tools = run.model->requests[0].tools;
  EXPECT_EQ(tools[0].name, "skill__summarise");
  EXPECT_EQ(tools[0].parameters, schema);
  EXPECT_EQ(run.children().size(), 1u) << "wrong inputs start nothing";
  const auto& wrong = run.model->requests[1].messages.back().tool_results[0];
  EXPECT_TRUE(wrong.is_error);
  EXPECT_THAT(wrong.text, HasSubstr("text"));
}

TEST(Delegation, ASkillsPromptHasItsDefaultsAndNothingForWhatIsAbsent) {  // [PAL-01]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent") return says(request.system);
    return turn == 0 ? calls({{"c", "skill__summarise", R"({"text":"a story"})"}}) : says("done");
  });
  run.agent.skills = {"summarise"};
  auto skill = named("summarise", "Shorten {{inputs.text}} to {{inputs.words}} words{{inputs.tone}}.");
  run.palette.skills["summarise"] = {
      skill,
      {{"type", "object"},
       {"properties", {{"text", {{"type", "string"}}}, {"words", {{"default", 20}}}, {"tone", {{"type", "string"}}}}}}};
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.last_result(), "Shorten a story to 20 words.");
}

TEST(Delegation, AChildThatEndsBadlyIsAnErrorWithWhatItHad) {  // [PAL-04] [PAL-05]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "parent") return family(request, turn);
    auto response = calls({{"l", "look", R"({"n":)" + std::to_string(turn) + "}"}});
    response.message.parts.push_back(llm::Text{"half of it"});
    return response;
  });
  run.palette.agents["researcher"].agent.max_iterations = 2;
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.last_result(), HasSubstr("status error"));
  EXPECT_THAT(run.last_result(), HasSubstr("half of it"));
  EXPECT_TRUE(run.last_parent_request().messages.back().tool_results[0].is_error);
}

TEST(Delegation, EmptyAndDoubleNamesGiveNoTools) {  // [PAL-06]
  Family run;
  run.agent.agents = {"", "researcher", "researcher", "nobody"};
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.model->requests[0].tools.size(), 1u);
}

TEST(Delegation, WithoutAPaletteThereAreNoTools) {  // [PAL-07] [RUN-41]
  Harness run([](std::size_t) { return says("done"); });
  run.agent.agents = {"researcher"};
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(run.model->requests[0].tools.empty());
}

TEST(Delegation, IsGatedLikeEveryCall) {  // [PAL-08]
  Family run;
  run.agent.permissions.deny = {"agent__*"};
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.children(), IsEmpty());
}

TEST(Delegation, AParentWaitsForAChildThatWaitsAndIsWokenByItsEnd) {  // [DUR-29]
  Family run(family, tool::Effect::irreversible);
  run.look->act = [] { return tool::Unknown{"the connection was cut"}; };
  auto parked = run.run();
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(parked.reason, "child");
  auto child = run.children().at(0).id.str();
  auto due = [&] { return run.loop.run(run.store->claimable({})); };
  EXPECT_THAT(due(), IsEmpty());
  run.post(commands::resolve({0, 0}, commands::Resolution::completed, "it had happened"), child);
  EXPECT_TRUE(run.recover(child)->ok());
  auto woken = due();
  ASSERT_EQ(woken.size(), 1u);
  EXPECT_EQ(woken[0].id.str(), "run");
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.last_result(), "found: find out");
}

TEST(Delegation, CancellingTheParentCancelsTheTree) {  // [DUR-29]
  Family run(family, tool::Effect::irreversible);
  run.look->act = [] { return tool::Unknown{"the connection was cut"}; };
  (void)run.run();
  auto child = run.children().at(0).id.str();
  run.post(commands::cancel());
  EXPECT_EQ(run.recover()->status, RunStatus::cancelled);
  EXPECT_EQ(run.recover(child)->status, RunStatus::cancelled) << "it was told";
}

Task<void> cancel_and_wait(CancelScope& scope, Cause cause, OneShot<> never) {
  TaskContext context = co_await this_task();
  context.strand->post([&scope, cause] { scope.cancel({cause, "enough"}); });
  co_await never.wait();
}

// Its end is durable first: what came before could still turn out to be no end.
TEST(Delegation, CancellingALiveParentEndsTheChildToo) {  // [DUR-29] [DUR-15]
  for (auto [cause, child_status] :
       {std::pair{Cause::caller, RunStatus::cancelled}, std::pair{Cause::deadline, RunStatus::cancelled},
        std::pair{Cause::kill, RunStatus::cancelled}, std::pair{Cause::shutdown, RunStatus::running}}) {
    Family run;
    CancelScope scope;
    run.look->around = [&](OneShot<> never) { return cancel_and_wait(scope, cause, std::move(never)); };
    std::vector<RunStatus> ends;
    EntryObserver observer([&](const journal::Entry& entry) {
      if (const auto* ended = std::get_if<journal::Ended>(&entry.payload)) ends.push_back(ended->status);
    });
    run.new_process(&observer);
    auto outcome = run.run_in(scope);
    EXPECT_EQ(run.children().at(0).status, child_status) << to_string(cause);
    if (is_terminal(child_status)) EXPECT_THAT(ends, ElementsAre(outcome.status, child_status)) << to_string(cause);
  }
}

TEST(Delegation, RefusesLoops) {  // [COR-14] [COR-17]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (turn == 0) return calls({{"c", "agent__researcher", R"({"prompt":"go on"})"}});
    return says(request.messages.back().tool_results[0].text);
  });
  run.palette.agents["researcher"].agent.agents = {"researcher"};
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.output, HasSubstr("researcher"));
  EXPECT_EQ(run.children().size(), 1u) << "the child must not call itself";
}

// boss -> a -> b -> c -> d, each asking the next as long as there is one.
struct Chain : Family {
  Chain()
      : Family([](const llm::Request& request, std::size_t turn) {
          bool asks = turn == 0 && request.tools.size() > 0;
          if (!asks) return says(turn == 0 ? "the end" : request.messages.back().tool_results[0].text);
          const auto& next = (*request.tools.begin()).name;
          bool delegates = next.starts_with("agent__");
          return calls({{"c", next, delegates ? R"({"prompt":"go on"})" : "{}"}});
        }) {
    agent = named("boss", "parent");
    agent.agents = {"a"};
    for (std::string name : {"a", "b", "c", "d"}) {
      auto one = named(name, name);
      if (name != "d") one.agents = {std::string(1, static_cast<char>(name[0] + 1))};
      palette.agents[name] = {one, {}};
    }
  }
  void limit(DelegationLimits limits) {
    reconfigure([this, limits](ExecutorConfig& config) {
      config.ports.palette = &palette;
      config.delegation = limits;
    });
  }
  std::size_t runs() { return loop.run(store->inner().list({})).size(); }
};

TEST(Delegation, GoesAsDeepAsTheHostAllows) {  // [COR-15] [COR-17]
  Chain run;
  EXPECT_EQ(run.run().output, "the end");
  EXPECT_EQ(run.runs(), 5u);
  for (int depth : {1, 2, 3}) {
    Chain limited;
    limited.limit({depth, 100});
    EXPECT_THAT(limited.run().output, HasSubstr(std::to_string(depth))) << "the model is told why";
    EXPECT_EQ(limited.runs(), 1u + static_cast<std::size_t>(depth));
  }
  Chain senseless;
  senseless.limit({0, -1});
  EXPECT_EQ(senseless.run().output, "the end") << "as if nothing had been said";
}

TEST(Delegation, HasNoMoreDescendantsThanTheHostAllows) {  // [COR-16] [COR-17]
  Chain run;
  run.limit({5, 2});
  EXPECT_THAT(run.run().output, HasSubstr("2"));
  EXPECT_EQ(run.runs(), 3u);
}

// What another process let in counts, and keeps its place.
TEST(Delegation, HasNoMoreDescendantsAfterACrash) {  // [COR-16] [DUR-24]
  auto twice = [](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent" || turn == 2) return says("done");
    return calls({{"c", "agent__researcher", R"({"prompt":")" + std::to_string(turn) + "\"}"}});
  };
  auto one_descendant = [&] {
    auto run = std::make_unique<Family>(twice);
    run->reconfigure([family = run.get()](ExecutorConfig& config) {
      config.ports.palette = &family->palette;
      config.delegation = {5, 1};
    });
    return run;
  };
  auto calm = one_descendant();
  auto whole = calm->run();
  ASSERT_EQ(calm->children().size(), 1u);
  die_at_every_write(one_descendant, whole, [](Family&) {});
}

// Whose process dies as the child's model answers; the child is then recovered alone.
struct RecoveredChild : Family {
  explicit RecoveredChild(DelegationLimits limits)
      : Family([this](const llm::Request& request, std::size_t turn) {
          if (request.system == "child" && turn == 0 && !std::exchange(died, true)) store->dead = true;
          if (turn > 0) return says(request.messages.back().tool_results[0].text);
          const char* next = request.system == "child" ? "agent__next" : "agent__researcher";
          return calls({{"c", next, R"({"prompt":"go on"})"}});
        }) {
    palette.agents["researcher"].agent.agents = {"next"};
    reconfigure([this, limits](ExecutorConfig& config) {
      config.ports.palette = &palette;
      config.delegation = limits;
    });
  }
  RunOutcome recover_child() {
    (void)run();
    new_process();
    return *recover(children().at(0).id.str());
  }
  bool died = false;
};

TEST(Delegation, ARecoveredChildMayNotCallWhoIsAboveIt) {  // [DUR-29] [COR-14]
  RecoveredChild run({5, 100});
  run.palette.agents["next"] = {named("boss", "parent"), {}};
  auto outcome = run.recover_child();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(outcome.output, HasSubstr("boss"));
  EXPECT_EQ(run.loop.run(run.store->list({})).size(), 2u) << "the parent and the child, and nobody below";
}

TEST(Delegation, ARecoveredChildKnowsHowDeepItIs) {  // [DUR-29] [COR-15]
  for (auto [depth, runs] : {std::pair{1, 2u}, std::pair{2, 3u}}) {
    RecoveredChild run({depth, 100});
    run.palette.agents["next"] = {named("other", "grandchild"), {}};
    auto outcome = run.recover_child();
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(run.loop.run(run.store->list({})).size(), runs) << "depth " << depth;
  }
}

TEST(Delegation, ACallInDoubtBesideAWaitingChildIsWhatTheRunWaitsFor) {  // [DUR-06] [DUR-29]
  const llm::ToolCall child{"c", "agent__researcher", R"({"prompt":"find out"})"}, pay{"p", "pay", "{}"};
  for (std::uint32_t place : {0U, 1U}) {
    SCOPED_TRACE(place);
    Family run(
        [&](const llm::Request& request, std::size_t turn) {
          if (request.system != "parent") return calls({{"l", "look", "{}"}});
          if (turn > 0) return says("done");
          return place == 0 ? calls({pay, child}) : calls({child, pay});
        },
        tool::Effect::irreversible);
    run.look->act = [] { return tool::Unknown{"the connection was cut"}; };
    auto& tool = run.add_tool("pay", tool::Effect::irreversible);
    tool.change().order = tool::Order::parallel;  // so that it runs beside the child
    tool.act = run.look->act;

    auto outcome = run.run();

    EXPECT_EQ(outcome.reason, "in_doubt");
    auto waited = std::get<journal::Waited>(run.entries().back().payload);
    EXPECT_THAT(waited.calls, ElementsAre(llm::CallPosition{0, place}));
  }
}

// Any one call of the store finds it away, of the parent's or the child's.
TEST(Delegation, AStoreThatIsAwayAtAnyMomentCostsNoResult) {  // [DUR-29] [DUR-23]
  Family calm;
  auto whole = calm.run();
  ASSERT_TRUE(whole.ok());
  for (int call = 0;; ++call) {
    SCOPED_TRACE(call);
    ASSERT_LT(call, 200);
    Family run;
    EntryObserver observer([&](const journal::Entry& entry) {
      if (std::holds_alternative<journal::Intended>(entry.payload))
        EXPECT_EQ(run.children().size(), 1u) << "it came with the intent, not later";
    });
    run.new_process(&observer);
    run.store->calls_until_away = call;
    auto outcome = run.run();
    bool was_away = *run.store->calls_until_away < 0;
    if (outcome.error_code == "store.away") outcome = run.run();  // refused: the caller asks again
    EXPECT_TRUE(outcome.ok()) << to_string(outcome.status) << " " << outcome.reason << outcome.error;
    EXPECT_EQ(digest_of(outcome), digest_of(whole));
    EXPECT_EQ(run.children().size(), 1u);
    EXPECT_EQ(run.last_result(), calm.last_result());
    if (!was_away) break;
  }
}

// a -> b -> c, and then a again: four descendants would be one too many, also when a process died in between.
TEST(Delegation, CountsTheRunsBelowEndedChildrenAfterACrash) {  // [COR-16] [DUR-24]
  auto answer = [](const llm::Request& request, std::size_t turn) {
    auto ask = [&](std::string whom) {
      return calls({{"c", "agent__" + whom, R"({"prompt":")" + std::to_string(turn) + "\"}"}});
    };
    if (request.system == "parent") return turn < 2 ? ask("a") : says("done");
    if (request.system == "a" && turn == 0) return ask("b");
    if (request.system == "b" && turn == 0) return ask("c");
    return says(request.messages.back().tool_results.empty() ? "the end"
                                                             : request.messages.back().tool_results[0].text);
  };
  auto three_descendants = [&] {
    auto run = std::make_unique<Family>(answer);
    run->agent.agents = {"a"};
    for (std::string name : {"a", "b", "c"}) {
      auto one = named(name, name);
      if (name != "c") one.agents = {std::string(1, static_cast<char>(name[0] + 1))};
      run->palette.agents[name] = {one, {}};
    }
    run->reconfigure([family = run.get()](ExecutorConfig& config) {
      config.ports.palette = &family->palette;
      config.delegation = {5, 3};
    });
    return run;
  };
  auto calm = three_descendants();
  auto whole = calm->run();
  ASSERT_THAT(calm->last_result(), HasSubstr("number 3 already"));
  ASSERT_EQ(whole.runs_below, 3);
  die_at_every_write(three_descendants, whole, [](Family&) {});
}

TEST(Delegation, ChildrenRunSideBySide) {  // [DUR-29] [DUR-37]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent") return says("child done");
    if (turn == 0)
      return calls({{"a", "agent__researcher", R"({"prompt":"1"})"}, {"b", "agent__researcher", R"({"prompt":"2"})"}});
    return says("done");
  });
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(run.children().size(), 2u);
  EXPECT_THAT(run.kinds(), Contains("intended").Times(2));
}

// Seen from outside: a child's activities reach the observer of its parent.
class ChildWatcher final : public RunObserver {
 public:
  void on_child_activity(const RunId& run, const RunId&, const Activity& activity) override {
    seen.push_back(run.str() + " " + activity.tool);
  }
  std::vector<std::string> seen;
};

TEST(Delegation, AChildsProgressReachesTheObserversOfItsParent) {  // [RUN-38]
  Family run;
  auto watcher = std::make_shared<ChildWatcher>();
  auto invocation = run.invocation("run");
  invocation.observer = watcher;
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_THAT(watcher->seen, Contains("run look"));
}

TEST(Delegation, ProgressOfTheWholeTreeReachesWhoeverWatchesItsRoot) {  // [RUN-38]
  Chain run;
  run.palette.agents["d"].agent.tools = {"look"};
  auto watcher = std::make_shared<ChildWatcher>();
  auto invocation = run.invocation("run");
  invocation.observer = watcher;
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_THAT(watcher->seen, Contains("run look")) << "four runs above";
  EXPECT_THAT(watcher->seen, Contains("run agent__d"));
}

// An audit sees no difference between tools of the registry and delegates.
TEST(Delegation, IsAuditedLikeEveryCall) {  // [PAL-08]
  struct ToolAudit final : Audit {
    struct Record final : AuditRecord {
      Record(ToolAudit& a, std::string r) : audit(a), run(std::move(r)) {}
      void on_tool(const Activity& activity) override {
        audit.seen.push_back(run + ": " + activity.tool + " " + std::string(to_string(activity.state)));
      }
      Task<void> close(RunStats) override { co_return; }
      ToolAudit& audit;
      std::string run;
    };
    std::unique_ptr<AuditRecord> start_run(const RunInfo& info) override {
      return std::make_unique<Record>(*this, info.name);
    }
    std::vector<std::string> seen;
  } audit;
  Family run;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.palette = &run.palette;
    config.ports.audit = &audit;
  });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(audit.seen, ElementsAre("boss: agent__researcher running", "researcher: look running",
                                      "researcher: look complete", "boss: agent__researcher complete"));
}

TEST(Delegation, WorksWithoutAJournal) {  // [RUN-02]
  Family run;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports = {};
    config.ports.palette = &run.palette;
  });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.last_result(), "found: find out");
}

}  // namespace
}  // namespace executus::run
