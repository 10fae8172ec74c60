#include "budget/ledger.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "budget/room.hpp"

namespace executus::budget {
namespace {

constexpr std::int64_t kStretches = 256;

// The end of the stretch of the window that `now` is in. Without a window there is one, which never ends.
WallTime stretch_end(const Limit& limit, WallTime now) {
  if (limit.window.count() == 0) return WallTime::max();
  auto length = std::max<std::int64_t>(1, limit.window.count() / kStretches);
  auto begun = now.time_since_epoch().count() / length;
  return WallTime(Milliseconds((begun + 1) * length));
}

// What was spent until then does not count any more.
WallTime window_start(const Limit& limit, WallTime now) {
  return limit.window.count() == 0 ? WallTime::min() : later(now, -limit.window);
}

bool is_spent(const SpendingLimits& limits, const Amounts& spent) {
  return share_of(limits, spent, {}, {}).room == Room::none;
}

BudgetAnswer wait_for(const Limit& limit) {
  BudgetAnswer answer;
  answer.verdict = BudgetAnswer::Verdict::wait;
  answer.why = "others hold what is left of the budget " + limit.account;
  return answer;
}

BudgetAnswer breach_of(const Limit& limit, const Amounts& spent, std::optional<WallTime> room_at) {
  BudgetAnswer answer;
  answer.verdict = BudgetAnswer::Verdict::breached;
  answer.why = "the budget " + limit.account + " is used up: " + words_of(limit.limits, spent) +
               "; raise it (executus budget raise " + limit.account + ")";
  answer.on_breach = limit.policy.on_breach;
  answer.room_at = room_at;
  return answer;
}

void limit_to(Share& least, const Share& share) {
  least.held.tokens = std::min(least.held.tokens, share.held.tokens);
  least.held.cost = std::min(least.held.cost, share.held.cost);
  if (share.good_for) least.good_for = std::min(least.good_for.value_or(*share.good_for), *share.good_for);
}

// Of a dead process: the call that it held for was sent, as far as can be known.
bool has_lost_call(const Hold& hold, const RunSpending& spending) {
  bool was_beside = std::ranges::find(hold.accounts, kNoAccount) != hold.accounts.end();
  return hold.held != Amounts{} && (spending.lost_call || (was_beside && hold.epoch < spending.epoch));
}

}  // namespace

void Ledger::set(const Limit& limit, BudgetStore::Put put, WallTime now) {
  check(limit);
  auto before = tables_.limit(limit.account);
  if (put == BudgetStore::Put::unless_there && before) return;
  tables_.put(limit);
  if (before && before->window.count() == 0 && limit.window.count() > 0) begin_window(limit, now);
}

// What was spent while there was no window would never leave it.
void Ledger::begin_window(const Limit& limit, WallTime now) {
  auto so_far = spent({limit.account, {}, Milliseconds(0), {}}, now);
  tables_.forget(limit.account, WallTime::max());
  tables_.add_spent(limit.account, stretch_end(limit, now), so_far);
}

std::optional<Limit> Ledger::raise(const std::string& account, const Amounts& more) {
  if (more.time.count() < 0 || more.tokens < 0 || more.cost.count < 0)
    throw failed("budget.limit", "a budget is raised by an amount that is not negative; set it anew to lower it");
  auto limit = tables_.limit(account);
  if (!limit) return std::nullopt;
  auto now = Amounts{limit->limits.time.value_or(Milliseconds(0)), limit->limits.tokens.value_or(0),
                     limit->limits.cost.value_or(llm::NanoDollars())} +
             more;
  if (limit->limits.time) limit->limits.time = now.time;
  if (limit->limits.tokens) limit->limits.tokens = now.tokens;
  if (limit->limits.cost) limit->limits.cost = now.cost;
  tables_.put(*limit);
  return limit;
}

std::vector<Limit> Ledger::limits_of(const std::vector<std::string>& accounts) const {
  std::vector<Limit> found;
  for (const auto& account : accounts)
    if (auto limit = tables_.limit(account)) found.push_back(std::move(*limit));
  return found;
}

BudgetTerms Ledger::terms(const std::vector<std::string>& accounts) const {
  BudgetTerms terms;
  for (const auto& limit : limits_of(accounts)) {
    terms.counts = true;
    terms.priced = terms.priced || limit.limits.cost;
  }
  return terms;
}

Amounts Ledger::spent(const Limit& limit, WallTime now) const {
  Amounts all;
  for (const auto& stretch : tables_.spent(limit.account, window_start(limit, now)))
    all += stretch.measured + stretch.estimated;
  return all;
}

// When so much has left the window that something is left.
std::optional<WallTime> Ledger::room_at(const Limit& limit) const {
  if (limit.window.count() == 0) return std::nullopt;
  auto stretches = tables_.spent(limit.account, WallTime::min());
  Amounts rest;
  for (const auto& stretch : stretches) rest += stretch.measured + stretch.estimated;
  for (const auto& stretch : stretches) {
    rest -= stretch.measured + stretch.estimated;
    if (!is_spent(limit.limits, rest)) return later(stretch.until, limit.window);
  }
  return std::nullopt;
}

std::vector<Standing> Ledger::list(WallTime now) const {
  std::vector<Standing> all;
  for (auto& limit : tables_.limits()) {
    Standing standing{std::move(limit), {}, {}, {}};
    for (const auto& stretch : tables_.spent(standing.limit.account, window_start(standing.limit, now))) {
      standing.spent += stretch.measured;
      standing.estimated += stretch.estimated;
    }
    standing.held = tables_.held(standing.limit.account, RunId());
    all.push_back(std::move(standing));
  }
  return all;
}

Hold Ledger::hold_of(const Report& report) const {
  if (auto known = tables_.hold(report.run)) return *known;
  return {report.run, report.spending.epoch, report.accounts, report.spending.before, {}, {}};
}

// Counts what the run used since it was counted last. False: a later process has told of it.
bool Ledger::charge(Hold& hold, const Report& report, const std::vector<Limit>& limits, WallTime now) {
  const auto& spending = report.spending;
  if (hold.epoch > spending.epoch) return false;
  auto used = spending.total - hold.charged;
  used = {std::max(used.time, Milliseconds(0)), std::max<std::int64_t>(used.tokens, 0),
          std::max(used.cost, llm::NanoDollars())};
  auto guessed = spending.estimated;
  if (has_lost_call(hold, spending)) guessed += hold.asked;
  for (const auto& limit : limits) {
    tables_.forget(limit.account, window_start(limit, now));
    auto until = stretch_end(limit, now);
    if (used != Amounts{}) tables_.add_spent(limit.account, until, used);
    if (guessed != Amounts{}) tables_.add_estimate(report.run, {limit.account, until, guessed});
  }
  hold.epoch = spending.epoch;
  hold.accounts = report.accounts;
  hold.charged = spending.total;
  hold.held = hold.asked = {};
  return true;
}

BudgetAnswer Ledger::reserve(const Report& report, const Amounts& calls, WallTime now) {
  auto limits = limits_of(report.accounts);
  auto hold = hold_of(report);
  BudgetAnswer answer;
  if (!charge(hold, report, limits, now)) {
    answer.verdict = BudgetAnswer::Verdict::lost;
    return answer;
  }
  answer = granted(hold, limits, calls, now);
  if (report.spending.beside) hold.accounts.emplace_back(kNoAccount);
  tables_.put(hold);
  return answer;
}

// What the run may hold now; then `hold` says so.
BudgetAnswer Ledger::granted(Hold& hold, const std::vector<Limit>& limits, const Amounts& calls, WallTime now) {
  BudgetAnswer answer;
  answer.held = calls;
  const Limit* full = nullptr;
  std::optional<Share> least;
  for (const auto& limit : limits) {
    auto spent_by_now = spent(limit, now);
    auto share = share_of(limit.limits, spent_by_now, tables_.held(limit.account, hold.run), calls);
    if (share.room == Room::none && limit.policy.on_breach == OnBreach::tier) {
      answer.tier = limit.policy.tier;
      continue;
    }
    if (share.room == Room::none) return breach_of(limit, spent_by_now, room_at(limit));
    if (share.room == Room::later && !full) full = &limit;
    if (least)
      limit_to(*least, share);
    else
      least = share;
  }
  if (full) return wait_for(*full);
  if (least) answer.held = least->held, answer.good_for = least->good_for;
  answer.held.time = Milliseconds(0);
  hold.held = answer.held;
  hold.asked = calls;
  return answer;
}

void Ledger::settle(const Report& report, Budget::Rest rest, WallTime now) {
  auto hold = hold_of(report);
  if (!charge(hold, report, limits_of(report.accounts), now)) return;
  if (rest == Budget::Rest::over)
    tables_.erase_hold(report.run);
  else
    tables_.put(hold);
}

bool Ledger::correct(const RunId& run, const Amounts& actual) {
  std::map<std::string, WallTime> last;
  for (const auto& estimate : tables_.estimates(run)) {
    auto& until = last.try_emplace(estimate.account, estimate.until).first->second;
    until = std::max(until, estimate.until);
  }
  if (last.empty()) return false;
  tables_.erase_estimates(run);
  for (const auto& [account, until] : last) tables_.add_spent(account, until, actual);
  return true;
}

}  // namespace executus::budget
