#include <string>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>
#include <executus/journal/projection.hpp>

namespace executus::journal {
namespace {

struct Project {
  Projection& row;
  const Entry& entry;

  void operator()(const Admitted&) const {}
  void operator()(const Opened&) const { runs_again(); }
  void operator()(const Responded& e) const {
    ++row.steps;
    used(e.response.usage, e.cost);
    row.progress = true;
    runs_again();
  }
  void operator()(const Intended&) const {}
  void operator()(const Settled&) const {
    row.progress = true;
    runs_again();
  }
  void operator()(const Steered&) const { row.progress = true; }
  void operator()(const Waited& e) const {
    goes_on(RunStatus::waiting);
    row.reason = to_string(e.reason);
    row.wake_at = e.wake_at;
    row.signals = e.signals;
  }
  void operator()(const Retried&) const { row.progress = true; }
  void operator()(const Ended& e) const {
    goes_on(e.status);
    row.ended_at = entry.at;
    row.error_code = e.error_code;
    row.progress = true;
  }

  void operator()(const PhaseStarted&) const { runs_again(); }
  void operator()(const PhaseEnded&) const { row.progress = true; }
  void operator()(const Gated&) const { row.progress = true; }
  void operator()(const Approved&) const { row.progress = true; }
  void operator()(const CallChanged&) const { row.progress = true; }
  void operator()(const Compacted& e) const { may_have_used(e.usage, e.cost); }
  void operator()(const Criticised& e) const { may_have_used(e.usage, e.cost); }
  void operator()(const Generated& e) const {
    used(e.response.usage, e.cost);
    row.progress = true;
  }
  void operator()(const Spent& e) const { may_have_used(e.usage, e.cost); }
  void operator()(const Withheld&) const {}
  void operator()(const Cut&) const {}
  void operator()(const Parked&) const { row.progress = true; }
  void operator()(const Woken&) const { row.progress = true; }
  void operator()(const Reopened&) const { is_queued(); }
  void operator()(const Redefined& e) const {
    row.definition = entry.seq;
    row.version = version_of(e.agent);
    is_queued();
  }

  void operator()(const Mapped&) const {
    ++row.steps;
    row.progress = true;
    runs_again();
  }

  // No progress: a source whose offer changes again and again must not keep a run from its quarantine.
  void operator()(const Offered&) const {}

  void runs_again() const { goes_on(RunStatus::running); }
  void is_queued() const {
    goes_on(RunStatus::queued);
    row.progress = true;
  }
  void goes_on(RunStatus status) const {
    row.status = status;
    row.reason.clear();
    row.wake_at.reset();
    row.signals.clear();
    row.ended_at.reset();
    row.error_code.clear();
  }

  void used(const llm::Usage& usage, const Cost& cost) const {
    row.usage += usage;
    row.cost += cost;
  }
  // There may have been no call, as when a critic decides without a model.
  void may_have_used(const llm::Usage& usage, const Cost& cost) const {
    if (cost || usage != llm::Usage{}) used(usage, cost);
  }
};

}  // namespace

Projection project(std::span<const Entry> entries) {
  Projection row;
  for (const auto& entry : entries) std::visit(Project{row, entry}, entry.payload);
  return row;
}

std::string version_of(const boost::json::object& agent) { return sha256_hex(canonical_json(agent)); }

}  // namespace executus::journal
