// Whatever happens to a run - it is steered, it is shut down, its process dies, its tools fail or do not answer, a
// person is asked, a call waits for a time or a signal, its conversation is shortened - every request it sends is one
// that providers take.
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/message_order_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int pick(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool one_in(int n) { return pick(n) == 0; }

 private:
  std::mt19937 random_;
};

// Folds as much as it likes, where it may; sometimes it cannot.
struct WhimsicalCompactor final : Compactor {
  explicit WhimsicalCompactor(Dice& d) : dice(d) {}
  Task<Compaction> compact(CompactionRequest request) override {
    if (dice.one_in(4)) throw std::runtime_error("the summariser is away");
    auto most = static_cast<int>(request.messages.size()) - static_cast<int>(request.compacted);
    Compaction answer;
    answer.upto = request.compacted + static_cast<std::uint32_t>(dice.pick(most + 1));
    while (answer.upto < request.messages.size() && request.messages[answer.upto].role == llm::Role::tool)
      ++answer.upto;
    answer.summary = "so far";
    if (answer.upto > request.compacted) ++compactions;
    co_return answer;
  }
  Dice& dice;
  int compactions = 0;
};

// How often things happened to runs, so that the test can say that they did.
struct Happened {
  int requests = 0, steered = 0, deaths = 0, shutdowns = 0, cancels = 0, resumed = 0, answered = 0, compactions = 0;
  int continued = 0, parked = 0;
};

struct EventfulRun : Harness {
  EventfulRun(unsigned seed, Happened& h)
      : Harness([this](const llm::Request& request, std::size_t) { return respond(request); }),
        dice(seed),
        happened(h),
        name("seed " + std::to_string(seed)),
        compactor(dice) {
    for (auto [tool, effect] : {std::pair{"look", tool::Effect::pure}, std::pair{"act", tool::Effect::keyed},
                                std::pair{"charge", tool::Effect::irreversible}}) {
      add_tool(tool, effect).act = [this] { return result(); };
      add_tool(std::string("ask_") + tool, effect).act = [this] { return result(); };
    }
    agent.permissions.ask = {"ask_*"};
    agent.max_iterations = 3 + dice.pick(6);
    if (dice.one_in(3)) agent.phases = {{"one", "one"}, {"two", "two"}};
    if (dice.one_in(2)) agent.on_in_doubt = OnInDoubt::tell_model;
    bool compacts = dice.one_in(2);
    reconfigure([this, compacts](ExecutorConfig& config) {
      config.ports.observer = &observer;
      if (!compacts) return;
      config.compactor = &compactor;
      config.context_tokens = [](std::string_view) { return 150; };
    });
  }

  // From its start to its end, or until it has been taken up so often that it does not matter any more.
  void live() {
    disturb();
    auto outcome = run_in(*scope);
    for (int rounds = 0; rounds < 12 && !is_terminal(outcome.status); ++rounds) {
      if (outcome.status == RunStatus::waiting) answer_what_waits();
      new_process(&observer);
      disturb();
      auto row = loop.run(store->inner().find(*RunId::parse("run")));
      auto claimed = loop.run(store->inner().claim(row->id, row->epoch));
      ASSERT_TRUE(claimed) << name;
      ++happened.resumed;
      outcome = loop.run(in_scope(*scope, executor->resume(std::move(*claimed))));
    }
    happened.compactions += compactor.compactions;
    if (is_terminal(outcome.status) && !outcome.ok() && agent.phases.empty()) go_on_talking(outcome);
  }

 private:
  // A new stay of the run in a process, which will perhaps come to a sudden end.
  void disturb() {
    scope = std::make_unique<CancelScope>();
    if (dice.one_in(2)) store->writes_left = 1 + dice.pick(8);
  }

  // A host takes up the conversation of a run that was cut off.
  void go_on_talking(const RunOutcome& outcome) {
    if (outcome.messages.empty()) return;
    ++happened.continued;
    auto next = invocation("next");
    ResumeState resume;
    for (const auto& message : outcome.messages) resume.history.push_back(message);
    resume.history.push_back(llm::user_message("go on"));
    next.resume = std::move(resume);
    reconfigure([](ExecutorConfig& config) { config.ports = {}; });
    agent.permissions.ask.clear();
    (void)loop.run(executor->run(agent, std::move(next)));
  }

  llm::Response respond(const llm::Request& request) {
    ++happened.requests;
    EXPECT_EQ(objection(request.messages), "") << name;
    EXPECT_NE(request.messages.back().role, llm::Role::assistant) << name << ": there is nothing to answer";
    std::set<std::string> ids;
    for (const auto& message : request.messages)
      for (const auto& call : message.tool_calls) EXPECT_TRUE(ids.insert(call.id).second) << name << ": " << call.id;
    if (dice.one_in(12)) throw llm::ModelError(llm::Failure::transient, "model.busy", "busy", 503);
    if (dice.one_in(60)) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
    if (dice.one_in(10)) disturb_from_outside();
    if (dice.one_in(5)) return says(dice.one_in(4) ? "" : "an answer");
    std::vector<llm::ToolCall> asked;
    for (int n = 1 + dice.pick(3); n > 0; --n) asked.push_back(some_call());
    return calls(std::move(asked));
  }
  llm::ToolCall some_call() {
    static constexpr const char* kTools[] = {"look", "act", "charge", "ask_look", "ask_act", "ask_charge", "nowhere"};
    static constexpr const char* kIds[] = {"", "same", "call_0_0", "call_1_1"};
    std::string id = dice.one_in(3) ? kIds[dice.pick(4)] : "id" + std::to_string(next_++);
    std::string arguments = dice.one_in(10) ? "{not JSON" : R"({"n":)" + std::to_string(next_++) + "}";
    return {std::move(id), kTools[dice.pick(7)], std::move(arguments)};
  }

  tool::Outcome result() {
    if (dice.one_in(6)) disturb_from_outside();
    if (dice.one_in(8)) return tool::Unknown{"the connection was cut"};
    if (dice.one_in(8)) throw std::runtime_error("broke");
    if (dice.one_in(6)) return tool::Failed{"no"};
    if (dice.one_in(6)) return waits();
    return tool::Done{std::string(static_cast<std::size_t>(dice.pick(200)), 'x'), {}};
  }

  tool::Outcome waits() {
    ++happened.parked;
    if (dice.one_in(2)) return tool::ParkForSignal{"heard", std::chrono::hours(1)};
    return tool::ParkFor{std::chrono::minutes(30 * dice.pick(4))};
  }

  void disturb_from_outside() {
    switch (dice.pick(8)) {
      case 0:
        ++happened.shutdowns;
        scope->cancel({Cause::shutdown, "restart"});
        break;
      case 1:
        ++happened.deaths;
        store->dead = true;
        break;
      case 2:
        if (!dice.one_in(3)) break;
        ++happened.cancels;
        tell(commands::cancel());
        break;
      default:
        for (int n = 1 + dice.pick(2); n > 0; --n) {
          ++happened.steered;
          tell(commands::steer("say " + std::to_string(next_++)));
        }
    }
  }
  void tell(journal::Command command) { (void)loop.run(store->inner().post(*RunId::parse("run"), std::move(command))); }

  // A person decides something of what is open, in some way.
  void answer_what_waits() {
    auto conversation = journal::fold(entries()).conversation;
    if (dice.one_in(2)) tell(commands::signal("heard", next_++));
    loop.advance(std::chrono::minutes(30));
    for (const auto& call : conversation.open_batch()) {
      if (dice.one_in(6)) continue;
      ++happened.answered;
      using commands::Approval, commands::Resolution;
      if (call.state == llm::CallState::awaiting_approval)
        tell(commands::approve(call, dice.one_in(2) ? Approval::approved : Approval::rejected, "so"));
      constexpr Resolution kWays[] = {Resolution::completed, Resolution::failed, Resolution::retry};
      if (call.state == llm::CallState::in_doubt || call.state == llm::CallState::dispatched)
        tell(commands::resolve(call.position, kWays[dice.pick(3)], "a person says so"));
    }
  }

  Dice dice;
  Happened& happened;
  const std::string name;
  WhimsicalCompactor compactor;
  std::unique_ptr<CancelScope> scope;
  EntryObserver observer{[this](const journal::Entry&) {
    if (dice.one_in(12)) disturb_from_outside();
  }};
  int next_ = 0;
};

TEST(MessageOrderOfRuns, HoldsWhateverHappensToThem) {  // [DUR-33] [DUR-13] [DUR-15]
  constexpr unsigned kRuns = 1'100;
  Happened happened;
  for (unsigned seed = 0; seed < kRuns && !::testing::Test::HasFailure(); ++seed) EventfulRun(seed, happened).live();
  // It did happen, and often.
  EXPECT_GT(happened.requests, 5'000);
  for (int times : {happened.steered, happened.deaths, happened.shutdowns, happened.cancels, happened.resumed,
                    happened.answered, happened.compactions, happened.continued, happened.parked})
    EXPECT_GT(times, 100);
}

}  // namespace
}  // namespace executus::run
