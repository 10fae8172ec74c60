#include "run/step/route.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/error.hpp>

#include "base/template_text.hpp"
#include "run/definition/phase_edges.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;
using PhaseKind = Phase::Kind;

[[noreturn]] void no_such_phase(const journal::PhaseEnded& ended) {
  throw failed("run.phases", "phase '" + ended.name +
                                 "' of the run is over, and its agent does not say what follows (" + ended.output +
                                 "); continue the run with the agent it was started with");
}

std::optional<double> number_in(const json::value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return std::nullopt;
}

bool compare(const json::value& a, const json::value& b, auto holds) {
  auto left = number_in(a), right = number_in(b);
  return left && right && holds(*left, *right);
}

// 1 and 1.0 are one number.
bool equal(const json::value& a, const json::value& b) {
  bool one_is_broken = a.is_double() || b.is_double();
  return a == b || (one_is_broken && compare(a, b, [](double x, double y) { return x == y; }));
}

json::value value_at(const std::string& name_in_braces, const Answers& answers) {
  auto names = template_names(name_in_braces, [](std::size_t, const Error&) {});
  auto value = names.empty() ? std::nullopt : answers.at(names[0].name);
  return value ? std::move(*value) : json::value(nullptr);
}

bool holds(const Condition& condition, const json::value& value) {
  switch (condition.test) {
    case Condition::Test::equals:
      return equal(value, condition.with);
    case Condition::Test::differs:
      return !equal(value, condition.with);
    case Condition::Test::one_of: {
      const auto* list = condition.with.if_array();
      return list && std::ranges::any_of(*list, [&](const auto& each) { return equal(value, each); });
    }
    case Condition::Test::above:
      return compare(value, condition.with, [](double x, double y) { return x > y; });
    case Condition::Test::below:
      return compare(value, condition.with, [](double x, double y) { return x < y; });
  }
  return false;
}

}  // namespace

bool hold(const std::vector<Condition>& conditions, const Answers& answers) {
  return std::ranges::all_of(conditions,
                             [&](const Condition& each) { return holds(each, value_at(each.value, answers)); });
}

Route::Route(const std::vector<Phase>& phases, const std::vector<journal::PhaseEnded>& over)
    : phases_(phases), again_(phases.size()) {
  for (const auto& ended : over) take(ended);
}

void Route::take(const journal::PhaseEnded& ended) { next_ = after(ended); }

// What lies within a range that begins again begins anew.
std::size_t Route::after(const journal::PhaseEnded& ended) {
  auto index = static_cast<std::size_t>(ended.index);
  if (index >= phases_.size()) no_such_phase(ended);
  const auto& phase = phases_[index];
  std::optional<std::size_t> next;
  if (phase.kind == PhaseKind::repeat && ended.output == kAgain) {
    next = phase_before(phases_, index, phase.repeat.from);
    if (next)
      std::fill(again_.begin() + static_cast<std::ptrdiff_t>(*next),
                again_.begin() + static_cast<std::ptrdiff_t>(index), 0);
    ++again_[index];
  } else if (phase.kind == PhaseKind::branch) {
    next = phase_after(phases_, index, ended.output);
  } else {
    again_[index] = 0;
    next = next_of(phases_, index);
  }
  if (!next) no_such_phase(ended);
  return *next;
}

std::optional<std::size_t> Route::next() const { return next_ < phases_.size() ? std::optional(next_) : std::nullopt; }

int Route::round_of(std::size_t phase) const {
  for (std::size_t i = phase; i < phases_.size(); ++i) {
    if (phases_[i].kind != PhaseKind::repeat) continue;
    auto from = phase_before(phases_, i, phases_[i].repeat.from);
    if (from && *from <= phase) return again_[i] + 1;
  }
  return 1;
}

std::string decision_of(const std::vector<Phase>& phases, std::size_t index, const Answers& answers, int round) {
  const auto& phase = phases[index];
  if (phase.kind == PhaseKind::repeat) {
    if (hold(phase.repeat.until, answers)) return std::string(kDone);
    return std::string(round < phase.repeat.most ? kAgain : kBound);
  }
  for (const auto& each : phase.branches)
    if (hold(each.when, answers)) return each.next;
  if (!phase.next.empty()) return phase.next;
  return index + 1 < phases.size() ? phases[index + 1].name : std::string(kEndOfRun);
}

std::string output_of_run(const std::vector<Phase>& phases, const std::vector<journal::PhaseEnded>& over) {
  for (std::size_t i = over.size(); i-- > 0;)
    if (over[i].index < phases.size() && !only_decides(phases[over[i].index].kind)) return over[i].output;
  return {};
}

}  // namespace executus::run
