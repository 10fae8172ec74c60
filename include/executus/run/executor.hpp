// The kernel: drives runs from admission to their end, and from wherever a dead process left them.
//
//   open -> loop -> close. On every exit path the run is completed, parked, failed, or left for recovery.
//
// Threads: any thread may call; a run lives on the strand of the task that drives it. The executor and
// everything it was given outlive all of its runs. Cancellation: cancelling the task ends the run by cause:
// `caller` -> cancelled, `shutdown` -> left for recovery. Nothing throws: what goes wrong is in the
// outcome.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <executus/base/log.hpp>
#include <executus/base/random.hpp>
#include <executus/dispatch/delegation_limits.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/agent.hpp>
#include <executus/run/audit.hpp>
#include <executus/run/budget.hpp>
#include <executus/run/checkpointer.hpp>
#include <executus/run/compactor.hpp>
#include <executus/run/critic.hpp>
#include <executus/run/delivery.hpp>
#include <executus/run/gate.hpp>
#include <executus/run/input_files.hpp>
#include <executus/run/invocation.hpp>
#include <executus/run/observer.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/session.hpp>
#include <executus/run/skill_packs.hpp>
#include <executus/run/sub_agents.hpp>
#include <executus/run/tool_sources.hpp>
#include <executus/tool/registry.hpp>

namespace executus {

// Port: makes a Tool from its stored data (agent.declared_tools). Absent: declared tools are unknown tools.
class DeclaredTools {
 public:
  virtual ~DeclaredTools() = default;
  [[nodiscard]] virtual Result<std::shared_ptr<tool::Tool>> make(const boost::json::object& declaration) = 0;
};

// Used where the agent says nothing; non-positive and empty values are replaced by these.
struct Defaults {
  int max_iterations = 12;
  Milliseconds max_runtime{60'000};
  std::string fallback_tier = "fast";
  int max_consecutive_tool_errors = 3;
  int max_same_tool_call_repeats = 3;
  double compaction_threshold_ratio = 0.7;       // of the context size
  Milliseconds critic_absolute_max{86'400'000};  // no supervised run lives longer, whatever its critic says
  Milliseconds drain_window{5'000};              // how long a shutdown lets calls with effects go on
};

// What the host wires. All optional; absence means what each port's header says.
struct Ports {
  journal::JournalStore* journal = nullptr;  // null: runs live in memory only
  DeclaredTools* declared_tools = nullptr;
  ToolSources* tool_sources = nullptr;
  RunObserver* observer = nullptr;
  CheckpointerFactory* checkpointers = nullptr;  // for hosts without a journal store; the store wins
  OnBeginFailure on_begin_failure = OnBeginFailure::refuse;
  Gate* gate = nullptr;
  SubAgents* sub_agents = nullptr;
  SkillPacks* skill_packs = nullptr;
  Critic* critic = nullptr;
  Budget* budget = nullptr;
  Audit* audit = nullptr;
  Delivery* delivery = nullptr;
  InputFiles* input_files = nullptr;
  Sessions* sessions = nullptr;
  std::vector<std::function<void(const RunOutcome&)>> finalizers = {};  // told of every run that ends here
};

struct ExecutorConfig {
  const tool::Registry* registry = nullptr;  // required
  llm::ModelResolver* models = nullptr;      // required
  Defaults defaults = {};
  Ports ports = {};
  Logger* logger = nullptr;
  Random* random = nullptr;        // of the jitter of waits; null: system_random()
  std::string system_header = {};  // put in front of every system prompt
  Compactor* compactor = nullptr;
  std::function<int(std::string_view spec)> context_tokens = {};  // empty: what the resolver says
  DelegationLimits delegation = {};
  BlockingPool* pool = nullptr;  // for tools that block (tool::Call::pool); outlives all runs. Null: they are refused
};

class Executor final {
 public:
  explicit Executor(ExecutorConfig config);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Starts a run, or attaches to the one that already has this id, and drives it until it ends or waits.
  [[nodiscard]] Task<RunOutcome> run(Agent agent, Invocation invocation);

  // Continues a run that this process has just claimed. `lapses`: JournalStore::lapses() before that; without it the
  // run's first gated call may wait for a commit more, which tells whether the run is still this process's.
  [[nodiscard]] Task<RunOutcome> resume(journal::RunRow claimed, std::optional<std::uint64_t> lapses = std::nullopt);

  // What this process lacks to drive the run (tools, model), in words for people; empty when it could. No session
  // is made. The second form is about a run that was admitted as `admitted` says, and asks Ports::sessions about
  // it.
  [[nodiscard]] std::vector<std::string> missing_for(const Agent& agent) const;
  [[nodiscard]] std::vector<std::string> missing_for(const RunId& run, const journal::Admitted& admitted) const;

  // `agent` as a run that was admitted so would store it: what it names is looked up now. Throws Error as a submission
  // would. Admits nothing.
  [[nodiscard]] Agent as_admitted(const RunId& run, const journal::Admitted& admitted, Agent agent) const;
  // A stored definition with another model: a spec, tier or alias. Throws Error when there is none.
  [[nodiscard]] boost::json::object with_model(const boost::json::object& agent, std::string model) const;

  // Gives a fork of `from` that run's files (Ports::input_files). Throws what the port throws.
  [[nodiscard]] Task<void> share_files(RunId from, RunId to) const;
  // Erases those of a run that was erased. Throws what the port throws.
  [[nodiscard]] Task<void> erase_files(RunId run) const;

  // Delivers what ended runs have left to deliver and is due (run/delivery.hpp), whichever process ended them: recovery
  // and workers call it. How many receivers answered; 0 without a store or Ports::delivery. Of passes at the same time
  // one does the work. What goes wrong is logged, and tried again by a later pass. Throws nothing.
  [[nodiscard]] Task<std::size_t> send_outgoing();
  [[nodiscard]] bool sends_out() const;  // whether it would deliver anything

  // Makes the live run `run` look at its inbox now, wherever it waits. No effect when it does not live here.
  void look_at_inbox(const RunId& run);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace executus
