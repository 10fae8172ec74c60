#include "run/record/replayed.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace executus::run {
namespace {

using journal::Checkpoint;
using journal::Continued;

constexpr std::size_t kEntriesPerRead = 1'000;

const Continued* base_in(const std::vector<journal::Entry>& entries) {
  const auto* admitted = entries.empty() ? nullptr : std::get_if<journal::Admitted>(&entries[0].payload);
  return admitted && admitted->continues ? &*admitted->continues : nullptr;
}

Error missing(const std::string& run) {
  return failed("journal.base_missing", "run " + run +
                                            ", which it continues, is not in the store any more, and without it the "
                                            "conversation cannot be read; restore a backup, or start anew");
}

Error damaged(const std::string& why) { return failed("journal.malformed", why + "; the journal is damaged"); }

RunId id_of(const Continued& base) {
  if (auto id = RunId::parse(base.run)) return *id;
  throw damaged("it continues a run whose id is none");
}

// Whose journal an error is about.
[[noreturn]] void rethrow_of(const std::string& run) {
  try {
    throw;
  } catch (const Error& error) {
    bool unreadable = error.code().starts_with("journal.") && error.code() != "journal.base_missing";
    if (!unreadable) throw;
    throw Error(error.kind(), error.code(), "run " + run + ", which it continues: " + error.message());
  }
}

Task<std::vector<journal::Entry>> read_base(journal::JournalStore& store, Continued base, std::uint64_t after,
                                            std::size_t limit) {
  auto run = id_of(base);
  auto left = static_cast<std::size_t>(base.upto - after);
  try {
    co_return co_await store.read(std::move(run), after, std::min(limit, left));
  } catch (...) {
    rethrow_of(base.run);
  }
}

// The runs from `base` back to the first one, which continues no other.
Task<std::vector<Continued>> chain_of(journal::JournalStore& store, Continued base) {
  std::vector<Continued> chain;
  std::set<std::string> seen;
  for (;;) {
    if (!seen.insert(base.run).second) throw damaged("run " + base.run + " continues itself");
    chain.push_back(base);
    auto first = co_await read_base(store, base, 0, 1);
    if (first.empty()) throw missing(base.run);
    const auto* before = base_in(first);
    if (!before) co_return chain;
    base = *before;
  }
}

void apply_of(Checkpoint& checkpoint, const std::string& run, const std::vector<journal::Entry>& entries) {
  try {
    for (const auto& entry : entries) journal::apply(checkpoint, entry);
  } catch (const Error&) {
    rethrow_of(run);
  }
}

Task<Checkpoint> folded(journal::JournalStore& store, Continued base, Checkpoint checkpoint) {
  while (checkpoint.last_seq < base.upto) {
    auto entries = co_await read_base(store, base, checkpoint.last_seq, kEntriesPerRead);
    if (entries.empty()) throw damaged("run " + base.run + ", which it continues, has lost its last entries");
    apply_of(checkpoint, base.run, entries);
  }
  co_return checkpoint;
}

}  // namespace

// One after the other, from the first run on: a conversation may have thousands of them.
Task<Checkpoint> replayed(journal::JournalStore& store, Continued base) {
  auto chain = co_await chain_of(store, std::move(base));
  Checkpoint checkpoint;
  for (std::size_t i = chain.size(); i-- > 0;) {
    checkpoint = co_await folded(store, chain[i], std::move(checkpoint));
    if (i > 0) checkpoint = journal::continuing(chain[i].run, checkpoint);
  }
  co_return checkpoint;
}

Task<Checkpoint> replayed(journal::JournalStore& store, RunId run) {
  auto entries = co_await store.read(run, 0, kEntriesPerRead);
  Checkpoint checkpoint;
  if (const auto* found = base_in(entries)) {
    Continued base = *found;
    auto state = co_await replayed(store, base);
    checkpoint = journal::continuing(base.run, state);
  }
  for (;;) {
    for (const auto& entry : entries) journal::apply(checkpoint, entry);
    if (entries.size() < kEntriesPerRead) co_return checkpoint;
    entries = co_await store.read(run, checkpoint.last_seq, kEntriesPerRead);
  }
}

}  // namespace executus::run
