#include "audit/told_run.hpp"

#include <utility>

#include "run/definition/admission.hpp"

namespace executus::audit {
namespace {

// What the run's agent and its invocation say, in place of what the row does.
RunInfo info_of(const boost::json::object& agent, Invocation invocation, WallTime started) {
  auto read = agent_from_json(agent);
  if (!read.ok()) throw Error(read.error());
  return run::run_info(read.value(), invocation, started);
}

struct Tell {
  AuditRun& run;
  std::string& last_said;

  void operator()(const journal::Admitted& e) const {
    run.info = info_of(e.agent, run::stored_invocation(run.info.run, e.invocation), run.info.started_at);
  }
  void operator()(const journal::Redefined& e) const {
    Invocation same;
    same.run_id = run.info.run;
    auto now = info_of(e.agent, std::move(same), run.info.started_at);
    run.info.subject = now.subject;
    run.info.name = now.name;
    run.info.model = now.model;
    run.info.model_tier = now.model_tier;
    run.info.max_iterations = now.max_iterations;
  }
  void operator()(const journal::Responded& e) const {
    count(e.response.message.tool_calls);
    last_said = e.response.message.text();
  }
  void operator()(const journal::Mapped& e) const { count(e.calls); }
  void operator()(const journal::Cut& e) const { last_said = e.text; }
  void operator()(const journal::Ended& e) const {
    run.stats.output = e.output.empty() ? last_said : e.output;
    run.stats.error = e.error;
  }
  void operator()(const journal::Reopened&) const {
    run.stats.output.clear();
    run.stats.error.clear();
  }
  void operator()(const auto&) const {}

  void count(const std::vector<llm::ToolCall>& calls) const {
    for (const auto& call : calls) ++run.stats.tools[call.name];
    run.stats.tool_calls += static_cast<int>(calls.size());
  }
};

RunId id_of(const std::string& text) { return RunId::parse(text).value_or(RunId()); }

}  // namespace

AuditRun run_of(const journal::RunRow& row) {
  AuditRun run;
  run.number = row.number;
  run.info.run = row.id;
  run.info.name = row.agent;
  run.info.caller = row.caller;
  run.info.channel = row.channel;
  run.info.attributes = row.attributes;
  run.info.priority = row.priority;
  run.info.queue = row.queue;
  run.info.parent = id_of(row.parent);
  run.info.started_at = row.created;
  run.root = row.root.empty() ? row.id : id_of(row.root);
  run.stats.status = row.status;
  run.stats.reason = row.reason;
  run.stats.error_code = row.error_code;
  run.stats.usage = row.usage;
  run.stats.cost = row.cost;
  run.stats.steps = row.steps;
  run.stays = row.attempts;
  run.updated = row.updated;
  run.ended = row.ended_at;
  return run;
}

void tell(AuditRun& run, std::span<const journal::Entry> entries, std::string& last_said) {
  for (const auto& entry : entries) {
    std::visit(Tell{run, last_said}, entry.payload);
    run.stats.runtime = entry.elapsed;
  }
}

}  // namespace executus::audit
