#include "run/amend/taken_over.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <executus/base/error.hpp>

#include "run/calls/unsettled.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using journal::Entry;
using Results = std::map<std::string, std::string>;

template <class E>
bool is(const Entry& entry) {
  return std::holds_alternative<E>(entry.payload);
}

bool is_step(const Entry& entry) { return is<journal::Responded>(entry) || is<journal::Mapped>(entry); }

int earlier_steps(const Entry& first) {
  const auto* admitted = std::get_if<journal::Admitted>(&first.payload);
  return admitted && admitted->past ? admitted->past->iteration : 0;
}

// What the run had before its response number `steps`.
std::span<const Entry> up_to(std::span<const Entry> journal, int steps) {
  int before = earlier_steps(journal.front());
  int seen = before;
  std::size_t end = 0;
  for (; end < journal.size(); ++end) {
    if (!is_step(journal[end])) continue;
    if (seen == steps) break;
    ++seen;
  }
  if (seen == steps) return journal.first(end);
  throw failed("fork.step", "the run has no step " + std::to_string(steps) + " to fork at; its journal has steps " +
                                std::to_string(before) + " to " + std::to_string(seen));
}

// Where the phase begins that no response followed: it begins anew, by the definition of the fork. Nothing: there is
// none.
std::optional<std::size_t> unanswered_phase(std::span<const Entry> part) {
  for (std::size_t i = part.size(); i-- > 0;) {
    if (is_step(part[i])) return std::nullopt;
    if (is<journal::PhaseStarted>(part[i])) return i;
  }
  return std::nullopt;
}

// Where the last end lies that the run was not reopened from.
std::size_t last_reopened(std::span<const Entry> part) {
  for (std::size_t i = part.size(); i-- > 0;)
    if (is<journal::Reopened>(part[i])) return i;
  return 0;
}

// What belongs to the other run alone: who drove it, what it paid, how its critic saw it, how it ended.
bool is_its_own(const Entry& entry, bool was_reopened_from) {
  if (is<journal::Opened>(entry) || is<journal::Spent>(entry) || is<journal::Cut>(entry) ||
      is<journal::Criticised>(entry))
    return true;
  if (is<journal::Waited>(entry) || is<journal::Retried>(entry) || is<journal::Redefined>(entry)) return true;
  const auto* said = std::get_if<journal::Steered>(&entry.payload);
  if (said && said->undelivered && said->source == commands::kSignal) return true;
  return !was_reopened_from && (is<journal::Ended>(entry) || (said && said->undelivered));
}

struct ForgetUsage {
  void operator()(journal::Responded& e) const { e.response.usage = {}, e.cost = llm::NanoDollars{}; }
  void operator()(journal::Generated& e) const { e.response.usage = {}, e.cost = llm::NanoDollars{}; }
  void operator()(journal::Compacted& e) const { e.usage = {}, e.cost = llm::NanoDollars{}; }
  void operator()(auto&) const {}
};

// The calls of the last step that have no outcome, by position; without those that go on as they were planned.
class OpenCalls {
 public:
  OpenCalls(const journal::Checkpoint& run, const Results& results) {
    for (const auto& call : run.conversation.open_batch()) {
      if (is_settled(call.state)) continue;
      bool given = results.contains(call.call.id);
      if (!given && goes_on_by_plan(call)) continue;
      if (!given) refuse_doubt(call);
      positions_.insert(call.position);
      if (!given) ids_.push_back(call.call.id);
    }
  }
  [[nodiscard]] bool has(llm::CallPosition position) const { return positions_.contains(position); }
  [[nodiscard]] std::vector<std::string> begun_anew() && { return std::move(ids_); }

 private:
  static void refuse_doubt(const llm::CallRecord& call) {
    if (call.is_run || !(may_have_been_sent(call.state) || call.repeated_in_doubt)) return;
    throw failed("fork.in_doubt", "call " + call.call.id + " of '" + call.call.name +
                                      "' may or may not have happened, so the fork must not make it again; give its "
                                      "result (--result " +
                                      call.call.id + "=JSON), or fork at the step before it");
  }
  std::set<llm::CallPosition> positions_;
  std::vector<std::string> ids_;
};

// An entry without what it says of open calls; nothing: that was all.
class Closed {
 public:
  explicit Closed(const OpenCalls& open) : open_(open) {}

  bool operator()(journal::Intended& e) const { return !open_.has(e.call); }
  bool operator()(journal::Approved& e) const { return !open_.has(e.call); }
  bool operator()(journal::CallChanged& e) const { return !open_.has(e.call); }
  bool operator()(journal::Parked& e) const { return !open_.has(e.call); }
  bool operator()(journal::Woken& e) const { return !open_.has(e.call); }
  bool operator()(journal::Generated& e) const { return !open_.has(e.call); }
  bool operator()(journal::Gated& e) const {
    std::erase_if(e.decisions, [&](const auto& decision) { return open_.has({e.response, decision.index}); });
    return !e.decisions.empty();
  }
  bool operator()(auto&) const { return true; }

 private:
  const OpenCalls& open_;
};

// Gives each result to its call: in the entry that has the outcome, or in one of its own.
class GivenResults {
 public:
  GivenResults(const journal::Checkpoint& run, const Results& results) {
    for (const auto& call : run.conversation.calls())
      if (auto given = results.find(call.call.id); given != results.end()) add(call, given->second);
    if (by_position_.size() == results.size()) return;
    for (const auto& [id, text] : results) refuse_unknown(run, id);
  }

  void put_into(journal::Settled& e) {
    auto given = by_position_.find(e.call);
    if (given == by_position_.end()) return;
    e = {e.call, llm::CallState::done, e.key, std::move(given->second), {}};
    by_position_.erase(given);
  }
  // Those of calls that had no outcome. An outcome that is not in the journal came before it.
  [[nodiscard]] std::vector<journal::Settled> left(const OpenCalls& open) && {
    std::vector<journal::Settled> entries;
    for (auto& [position, text] : by_position_) {
      if (!open.has(position))
        throw failed("fork.call",
                     "a result is given for a call of a conversation that the run had before its journal "
                     "began, and that cannot be changed; fork without it");
      entries.push_back({position, llm::CallState::done, "", std::move(text), {}});
    }
    return entries;
  }

 private:
  void add(const llm::CallRecord& call, const std::string& text) {
    if (call.state == llm::CallState::denied)
      throw failed("fork.call", "call " + call.call.id +
                                    " was not allowed, so it has no result to replace; fork at the "
                                    "step before it");
    by_position_.emplace(call.position, text);
  }
  static void refuse_unknown(const journal::Checkpoint& run, const std::string& id) {
    if (run.conversation.has_call_id(id)) return;
    throw failed("fork.call", "there is no call '" + id +
                                  "' in the steps that are taken over; `executus runs show RUN` "
                                  "has the ids in brackets");
  }
  std::map<llm::CallPosition, std::string> by_position_;
};

void number(std::vector<Entry>& entries) {
  std::uint64_t seq = 1;
  for (auto& entry : entries) entry.seq = ++seq, entry.elapsed = Milliseconds(0);
}

// What it used before its journal began was used by it; the fork begins without.
journal::Admitted admitted_of(const Entry& first, const journal::Checkpoint& run) {
  auto admitted = std::get<journal::Admitted>(first.payload);
  admitted.agent = run.admitted.agent;
  if (!admitted.past) return admitted;
  admitted.past->usage = admitted.past->spent = {};
  admitted.past->attempts = 0;
  admitted.past->critic = {};
  admitted.past->unheard.clear();
  return admitted;
}

}  // namespace

TakenOver taken_over(const journal::Checkpoint& before, std::span<const Entry> journal, int steps,
                     const Results& results) {
  auto part = up_to(journal, steps);
  auto run = before;
  for (const auto& entry : part) journal::apply(run, entry);
  OpenCalls open(run, results);
  GivenResults given(run, results);
  TakenOver taken{admitted_of(journal.front(), run), {}, steps, std::move(open).begun_anew()};
  auto begins_anew = unanswered_phase(part);
  auto reopened = last_reopened(part);
  auto take = [&](const Entry& entry, bool was_reopened_from) {
    if (is_its_own(entry, was_reopened_from)) return;
    auto copy = entry;
    std::visit(ForgetUsage{}, copy.payload);
    if (!std::visit(Closed(open), copy.payload)) return;
    if (auto* settled = std::get_if<journal::Settled>(&copy.payload)) given.put_into(*settled);
    taken.entries.push_back(std::move(copy));
  };
  for (std::size_t i = 1; i < part.size(); ++i)
    if (i != begins_anew) take(part[i], i < reopened);
  auto at = part.back().at;
  for (auto& settled : std::move(given).left(open))
    taken.entries.push_back({0, at, Milliseconds(0), std::move(settled)});
  number(taken.entries);
  return taken;
}

}  // namespace executus::run
