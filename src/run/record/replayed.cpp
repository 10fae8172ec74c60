#include "run/record/replayed.hpp"

#include <cstddef>
#include <utility>

namespace executus::run {
namespace {

constexpr std::size_t kPage = 1'000;

}  // namespace

Task<journal::Checkpoint> replayed(journal::JournalStore& store, RunId run) {
  journal::Checkpoint checkpoint;
  for (;;) {
    auto entries = co_await store.read(run, checkpoint.last_seq, kPage);
    for (const auto& entry : entries) journal::apply(checkpoint, entry);
    if (entries.size() < kPage) co_return checkpoint;
  }
}

}  // namespace executus::run
