#include <set>
#include <utility>

#include <executus/run/run_state.hpp>
#include <executus/run/run_tree.hpp>
#include <executus/run/standing.hpp>

namespace executus {
namespace {

bool has_asked(const StoredRun& run) {
  return !in_doubt(run, Questions::asked).empty() || !awaiting_approval(run, Questions::asked).empty();
}

// Reads one family. `left`: those of its runs that say `running` and that no process drives.
class StateReader final {
 public:
  StateReader(journal::JournalStore& store, std::set<RunId> left) : store_(store), left_(std::move(left)) {}

  Task<RunState> state_of(RunTree tree) {
    RunState state;
    state.row = tree.row;
    state.driven = is_driven(tree.row, left_);
    state.standing = standing_of(tree.row, left_);
    state.given_up = co_await given_up(store_, tree.row);
    if (!stands_still(tree.row.status) || state.given_up) co_return state;
    co_await add_own_questions(state);
    bool for_child = waits_for_child(tree.row);
    if (for_child) co_await add_below(state, std::move(tree.children));
    bool for_itself = state.row.wake_at || !state.row.signals.empty();
    if (for_itself || (for_child && state.below.empty())) state.ready = co_await is_claimable(state.row.id);
    co_return state;
  }

 private:
  Task<void> add_own_questions(RunState& state) {
    try {
      auto stored = co_await read_stored_run(store_, state.row.id);
      if (!stored) co_return;
      state.questions = questions_of(*stored);
      state.answered = state.questions.empty() && has_asked(*stored);
    } catch (const Error& error) {
      if (!error.code().starts_with("journal.")) throw;
      state.unreadable = error;
    }
  }

  Task<void> add_below(RunState& state, std::vector<RunTree> children) {
    for (auto& child : children) {
      if (is_terminal(child.row.status)) continue;
      auto below = co_await state_of(std::move(child));
      state.questions.insert(state.questions.end(), below.questions.begin(), below.questions.end());
      state.below.push_back(std::move(below));
    }
  }

  // Whether a recovery would take the run up now.
  Task<bool> is_claimable(RunId run) {
    journal::RunFilter filter;
    filter.only = std::move(run);
    filter.limit = 1;
    auto rows = co_await store_.claimable(std::move(filter));
    co_return !rows.empty();
  }

  journal::JournalStore& store_;
  const std::set<RunId> left_;
};

}  // namespace

Task<RunState> read_run_state(journal::JournalStore& store, journal::RunRow row) {
  Family family;
  family.root.row = row;
  if (waits_for_child(row)) family = co_await family_of(store, std::move(row));
  StateReader reader(store, co_await left_for_recovery(store, rows_of(family.root)));
  auto state = co_await reader.state_of(std::move(family.root));
  state.more_below = family.cut;
  co_return state;
}

std::optional<Error> unreadable_in(const RunState& state) {
  if (state.unreadable) return state.unreadable;
  for (const auto& below : state.below)
    if (auto why = unreadable_in(below)) return why;
  return std::nullopt;
}

}  // namespace executus
