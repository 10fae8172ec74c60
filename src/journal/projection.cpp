#include <string>

#include <executus/journal/projection.hpp>

namespace executus::journal {
namespace {

struct Project {
  Projection& row;
  std::uint64_t seq;  // of the entry

  void operator()(const Admitted&) const {}
  void operator()(const Opened&) const { runs_again(); }
  void operator()(const Responded& e) const {
    ++row.steps;
    row.usage += e.response.usage;
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
    row.status = RunStatus::waiting;
    row.reason = to_string(e.reason);
    row.wake_at = e.wake_at;
    row.signals = e.signals;
  }
  void operator()(const Retried&) const { row.progress = true; }
  void operator()(const Ended& e) const {
    row.status = e.status;
    row.reason.clear();
    row.wake_at.reset();
    row.signals.clear();
    row.progress = true;
  }

  void operator()(const PhaseStarted&) const { runs_again(); }
  void operator()(const PhaseEnded&) const { row.progress = true; }
  void operator()(const Gated&) const { row.progress = true; }
  void operator()(const Approved&) const { row.progress = true; }
  void operator()(const Compacted& e) const { row.usage += e.usage; }
  void operator()(const Criticised& e) const { row.usage += e.usage; }
  void operator()(const Generated& e) const {
    row.usage += e.response.usage;
    row.progress = true;
  }
  void operator()(const Spent& e) const { row.usage += e.usage; }
  void operator()(const Withheld&) const {}
  void operator()(const Cut&) const {}
  void operator()(const Parked&) const { row.progress = true; }
  void operator()(const Woken&) const { row.progress = true; }
  void operator()(const Reopened&) const { is_queued(); }
  void operator()(const Redefined&) const {
    row.definition = seq;
    is_queued();
  }

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
  }
};

}  // namespace

Projection project(std::span<const Entry> entries) {
  Projection row;
  for (const auto& entry : entries) std::visit(Project{row, entry.seq}, entry.payload);
  return row;
}

int attempts_before(const Entry& first) {
  const auto* admitted = std::get_if<Admitted>(&first.payload);
  return admitted && admitted->past ? admitted->past->attempts : 0;
}

}  // namespace executus::journal
