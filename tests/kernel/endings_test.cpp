// What happens to a run whose second of three phases ends in each possible way: one table, gone through by runs that
// are fresh and by runs whose process died in the middle of that phase.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/step/model_call.hpp"

namespace executus::run {
namespace {

using journal::PhaseEnd;
using ::testing::SizeIs;

// --- the table

enum class PhaseFate {
  answers,
  model_error,
  model_away,
  steps_run_out,
  tool_loop,
  deadline,
  kill,
  shutdown,
  caller_cancel
};

constexpr int kStepCap = 5;  // of the phase; more than a loop of the same call takes to be noticed

// `then`: what the journal says after the phase's start, besides its steps.
struct PhaseGives {
  RunStatus run;
  const char* code;
  std::optional<PhaseEnd> phase;
  const char* next_phase_reads;
  const char* then;
};

constexpr PhaseGives goes_on(PhaseEnd phase, const char* output) {
  return {RunStatus::ok, "", phase, output, "phase_ended phase_started phase_ended ended"};
}
constexpr PhaseGives ends(RunStatus status, const char* code, const char* then = "ended") {
  return {status, code, std::nullopt, nullptr, then};
}

struct PhaseEndingRow {
  PhaseFate fate;
  const char* name;
  int asked;  // how often the phase asks its model
  PhaseGives required, optional;

  friend void PrintTo(const PhaseEndingRow& row, std::ostream* out) { *out << row.name; }
};

const PhaseEndingRow kPhaseEndings[] = {
    {PhaseFate::answers, "Answer", 2, goes_on(PhaseEnd::completed, "all of it"),
     goes_on(PhaseEnd::completed, "all of it")},
    {PhaseFate::model_error, "ModelError", 2, ends(RunStatus::error, "model.refused"),
     goes_on(PhaseEnd::fallback, "nothing")},
    {PhaseFate::model_away, "ModelAway", 1 + kModelTries, ends(RunStatus::waiting, "", "waited"),
     goes_on(PhaseEnd::fallback, "nothing")},
    {PhaseFate::steps_run_out, "StepsRunOut", kStepCap,
     goes_on(PhaseEnd::salvaged, "did it\n\ndid it\n\ndid it\n\ndid it\n\ndid it"),
     goes_on(PhaseEnd::fallback, "nothing")},
    {PhaseFate::tool_loop, "ToolLoop", 3, goes_on(PhaseEnd::salvaged, "did it\n\ndid it\n\ndid it"),
     goes_on(PhaseEnd::fallback, "nothing")},
    {PhaseFate::deadline, "Deadline", 2, ends(RunStatus::timeout, "run.timeout"),
     ends(RunStatus::timeout, "run.timeout")},
    {PhaseFate::kill, "Kill", 2, ends(RunStatus::killed, "run.killed", "criticised ended"),
     ends(RunStatus::killed, "run.killed", "criticised ended")},
    {PhaseFate::shutdown, "Shutdown", 2, ends(RunStatus::running, "async.cancelled", ""),
     ends(RunStatus::running, "async.cancelled", "")},
    {PhaseFate::caller_cancel, "CallerCancel", 2, ends(RunStatus::cancelled, "run.cancelled"),
     ends(RunStatus::cancelled, "run.cancelled")},
};

// --- a run with three phases, the second of which takes one step and then ends as the table says

constexpr const char* kGather = "gather";
constexpr const char* kDig = "dig";

Task<void> wait_to_be_stopped(std::function<void()> stop) {
  TaskContext context = co_await this_task();
  if (stop) context.strand->post([stop] { stop(); });
  OneShot<> never;
  co_await never.wait();
}

class FatefulModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    std::size_t turn = 0;
    for (const auto& message : request.messages) turn += message.role == llm::Role::assistant;
    ++asked[request.system];
    if (request.system == kGather) co_return says("a start");
    if (request.system != kDig) co_return says(request.system);
    bool stops_here = turn == fate_at && stop;
    if (stops_here) co_await wait_to_be_stopped(*stop);
    co_return dig(turn);
  }
  const std::string& target() const override { return target_; }

  PhaseFate fate = PhaseFate::answers;
  std::size_t fate_at = 1;                    // the phase's turn
  std::optional<std::function<void()>> stop;  // stops the run then; an empty function: time
  std::map<std::string, int> asked;           // by system prompt

 private:
  llm::Response dig(std::size_t turn) const {
    bool moves = fate == PhaseFate::steps_run_out;
    if (moves || fate == PhaseFate::tool_loop || turn < fate_at)
      return calls({{"c", "look", moves ? R"({"n":)" + std::to_string(turn) + "}" : "{}"}});
    if (fate == PhaseFate::model_error) throw llm::ModelError(llm::Failure::permanent, "model.refused", "refused", 400);
    if (fate == PhaseFate::model_away) throw llm::ModelError(llm::Failure::transient, "model.busy", "busy", 503);
    return says("all of it");
  }
  std::string target_ = "test/fateful";
};

// Kills when it is told to.
class KillingCritic final : public Critic {
 public:
  void kill() { told_.set(); }
  std::unique_ptr<CriticHandle> monitor(CriticStart) override {
    told_ = OneShot<>();
    return std::make_unique<Handle>(told_);
  }

 private:
  class Handle final : public CriticHandle {
   public:
    explicit Handle(OneShot<>& told) : told_(told) {}
    Milliseconds limit() const override { return std::chrono::hours(1); }
    Task<CriticDecision> watch() override {
      if (std::exchange(decided_, true)) co_await wait_to_be_stopped(nullptr);
      co_await told_.wait();
      CriticDecision decision;
      decision.kill = true;
      decision.reason = "as the test says";
      co_return decision;
    }
    void record_step(int, const llm::Response&) override {}
    void record_tool_start(const Activity&) override {}
    void record_progress() override {}
    void stop() override {}

   private:
    OneShot<>& told_;
    bool decided_ = false;
  };
  OneShot<> told_;
};

enum class Need { required, optional };
enum class Taken { fresh, resumed };

void PrintTo(Need need, std::ostream* out) { *out << (need == Need::required ? "Required" : "Optional"); }
void PrintTo(Taken taken, std::ostream* out) { *out << (taken == Taken::fresh ? "Fresh" : "Resumed"); }

struct FatefulRun : Harness {
  FatefulRun(PhaseFate fate, Need need) : Harness([](std::size_t) { return says("unused"); }), resolver(fateful) {
    Phase gather{kGather, kGather}, dig{kDig, kDig}, report{"report", "{{gather}}; {{dig}}"};
    dig.max_iterations = kStepCap;
    dig.optional = need == Need::optional;
    dig.fallback = "nothing";
    agent.phases = {gather, dig, report};
    agent.critic.enabled = fate == PhaseFate::kill;
    look = &add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.models = &resolver;
      config.ports.critic = &critic;
    });
    set(fate);
  }

  void set(PhaseFate fate) {
    fateful->fate = fate;
    fateful->stop.reset();
    if (fate == PhaseFate::deadline) fateful->stop = nullptr;
    if (fate == PhaseFate::kill) fateful->stop = [this] { critic.kill(); };
    if (fate == PhaseFate::shutdown) fateful->stop = [this] { scope.cancel({Cause::shutdown, "going down"}); };
    if (fate == PhaseFate::caller_cancel) fateful->stop = [this] { scope.cancel({Cause::caller, "enough"}); };
  }

  RunOutcome take(Taken how) {
    if (how == Taken::fresh) return run_in(scope);
    die_in_the_phase();
    return *recover_in_scope();
  }

  // In the tool call of its first step: the step's response is in the journal.
  void die_in_the_phase() {
    CancelScope process;
    look->around = [die = death_of(process)](OneShot<>) { return wait_to_be_stopped(die); };
    (void)run_in(process);
    look->around = nullptr;
    EXPECT_EQ(kinds().back(), "responded");
    EXPECT_EQ(fateful->asked[kDig], 1);
    new_process();
  }
  std::function<void()> death_of(CancelScope& process) {
    return [this, &process] {
      store->dead = true;
      process.cancel({Cause::ownership_lost, "this process is dead"});
    };
  }

  std::optional<RunOutcome> recover_in_scope() {
    auto claimed = loop.run(store->inner().claim(row().id, row().epoch));
    if (!claimed) return std::nullopt;
    return loop.run(in_scope(scope, executor->resume(std::move(*claimed))));
  }

  journal::RunRow row() { return *loop.run(store->inner().find(*RunId::parse("run"))); }

  std::optional<PhaseEnd> end_of_phase() {
    std::optional<PhaseEnd> how;
    for (const auto& entry : entries())
      if (const auto* ended = std::get_if<journal::PhaseEnded>(&entry.payload); ended && ended->name == kDig)
        how = ended->how;
    return how;
  }
  // What the journal says after the phase began, without its steps and `opened` entries.
  std::string after_its_start() {
    std::string all;
    bool begun = false;
    for (const auto& entry : entries()) {
      const auto& payload = entry.payload;
      bool step = std::holds_alternative<journal::Responded>(payload) ||
                  std::holds_alternative<journal::Settled>(payload) || std::holds_alternative<journal::Opened>(payload);
      if (begun && !step) all += (all.empty() ? "" : " ") + std::string(journal::kind_name(kind_of(payload)));
      const auto* started = std::get_if<journal::PhaseStarted>(&payload);
      begun = begun || (started && started->name == kDig);
    }
    return all;
  }

  CancelScope scope;
  std::shared_ptr<FatefulModel> fateful = std::make_shared<FatefulModel>();
  OneModelResolver resolver;
  KillingCritic critic;
  EffectTool* look;
};

// --- the tests

class PhaseEndings : public ::testing::TestWithParam<std::tuple<PhaseEndingRow, Need, Taken>> {};

TEST_P(PhaseEndings, FollowTheTable) {  // [PH-06] [PH-07] [PH-08] [PH-10] [CK-11] [CK-14] [CK-15] [CK-16] [DUR-12]
  const auto& [row, need, taken] = GetParam();
  const PhaseGives& gives = need == Need::required ? row.required : row.optional;
  FatefulRun run(row.fate, need);

  auto outcome = run.take(taken);

  EXPECT_EQ(outcome.status, gives.run) << outcome.error;
  EXPECT_EQ(run.row().status, gives.run);
  EXPECT_EQ(outcome.error_code, gives.code);
  EXPECT_EQ(run.end_of_phase(), gives.phase);
  EXPECT_EQ(run.after_its_start(), gives.then);
  std::map<std::string, int> asked{{kGather, 1}, {kDig, row.asked}};
  if (gives.next_phase_reads) asked["a start; " + std::string(gives.next_phase_reads)] = 1;
  EXPECT_EQ(run.fateful->asked, asked) << "each phase asks as often as a run that nobody interrupted";
  EXPECT_EQ(run.row().attempts, taken == Taken::fresh ? 1 : 2);
}

std::string name_of_ending(const ::testing::TestParamInfo<PhaseEndings::ParamType>& info) {
  const auto& [row, need, taken] = info.param;
  return ::testing::PrintToString(row) + "_" + ::testing::PrintToString(need) + "_" + ::testing::PrintToString(taken);
}

INSTANTIATE_TEST_SUITE_P(Table, PhaseEndings,
                         ::testing::Combine(::testing::ValuesIn(kPhaseEndings),
                                            ::testing::Values(Need::required, Need::optional),
                                            ::testing::Values(Taken::fresh, Taken::resumed)),
                         name_of_ending);

class PhaseShutdown : public ::testing::TestWithParam<std::tuple<Need, Taken>> {};

TEST_P(PhaseShutdown, LeavesTheRunWhichGoesOnInTheMiddleOfThePhase) {  // [CK-15] [DUR-12] [DUR-15]
  const auto& [need, taken] = GetParam();
  FatefulRun run(PhaseFate::shutdown, need);
  (void)run.take(taken);
  EXPECT_THAT(run.loop.run(run.store->claimable({})), SizeIs(1)) << "given back, not only left behind";
  run.set(PhaseFate::answers);
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(outcome->output, "a start; all of it");
  std::map<std::string, int> asked{{kGather, 1}, {kDig, 3}, {"a start; all of it", 1}};
  EXPECT_EQ(run.fateful->asked, asked) << "again only what the shutdown cut off";
}

std::string name_of_shutdown(const ::testing::TestParamInfo<PhaseShutdown::ParamType>& info) {
  const auto& [need, taken] = info.param;
  return ::testing::PrintToString(need) + "_" + ::testing::PrintToString(taken);
}

INSTANTIATE_TEST_SUITE_P(Table, PhaseShutdown,
                         ::testing::Combine(::testing::Values(Need::required, Need::optional),
                                            ::testing::Values(Taken::fresh, Taken::resumed)),
                         name_of_shutdown);

// The one ending that differs: a process that brings a resumed run no step further may be the wrong one for it.
TEST(PhaseEnding, OfAResumedRunThatMadeNoProgressIsLeftForAnotherTry) {  // [PH-06] [CK-16] [DUR-12]
  for (auto need : {Need::required, Need::optional}) {
    FatefulRun run(PhaseFate::model_error, need);
    CancelScope process;
    run.fateful->fate_at = 0;
    run.fateful->stop = run.death_of(process);
    (void)run.run_in(process);
    run.set(PhaseFate::model_error);
    run.new_process();

    auto outcome = run.recover();

    ASSERT_TRUE(outcome);
    bool required = need == Need::required;
    EXPECT_EQ(outcome->status, required ? RunStatus::running : RunStatus::ok);
    EXPECT_EQ(outcome->error_code, required ? "model.refused" : "");
    EXPECT_EQ(run.row().fruitless, required ? 1 : 0);
    EXPECT_EQ(run.fateful->asked[kGather], 1);
  }
}

}  // namespace
}  // namespace executus::run
