#include "checkpoint/progress.hpp"

#include <algorithm>
#include <utility>

#include <executus/journal/projection.hpp>

namespace executus::checkpoint {
namespace {

journal::Entry admission_of(const RunCheckpoint& record) {
  journal::Admitted admitted;
  for (const auto& message : record.messages) admitted.input.push_back(message);
  admitted.past = record.past;
  return {1, record.updated_at, record.elapsed, std::move(admitted)};
}

}  // namespace

Progress::Progress(RunCheckpoint record)
    : meta_(std::move(record.meta)), continues_(true), fruitless_(std::max(0, record.fruitless)) {
  journal::apply(fold_, admission_of(record));
  fold_.last_seq = 0;
}

bool Progress::take_up_does_not_count() noexcept {
  if (progressed_ || fruitless_ == 0) return false;
  --fruitless_;
  return true;
}

void Progress::take_in(const std::vector<journal::Entry>& entries) {
  for (const auto& entry : entries)
    if (entry.seq > fold_.last_seq) take_in(entry);
}

// A run that continues takes its opening from its record; its entries begin where the kernel begins them.
void Progress::take_in(const journal::Entry& entry) {
  if (continues_ && fold_.last_seq == 0) fold_.last_seq = entry.seq - 1;
  if (continues_ && std::holds_alternative<journal::Admitted>(entry.payload)) {
    fold_.last_seq = entry.seq;
    return;
  }
  journal::apply(fold_, entry);
  progressed_ = progressed_ || journal::project({&entry, 1}).progress;
  fold_.admitted = {};
}

std::size_t Progress::boundaries() const noexcept {
  const auto& conversation = fold_.conversation;
  return conversation.responses() - (conversation.open_batch().empty() ? 0u : 1u) + fold_.phases.size();
}

RunCheckpoint Progress::snapshot(WallTime now) const {
  RunCheckpoint checkpoint;
  checkpoint.meta = meta_;
  checkpoint.messages = has_phases() ? fold_.opening : continuable(fold_.conversation);
  checkpoint.past = journal::past_of(fold_);
  checkpoint.past.messages = static_cast<std::uint32_t>(checkpoint.messages.size());
  checkpoint.updated_at = now;
  checkpoint.elapsed = fold_.elapsed;
  if (fold_.ended) checkpoint.ended = *fold_.ended;
  checkpoint.fruitless = progressed_ ? 0 : fruitless_;
  return checkpoint;
}

}  // namespace executus::checkpoint
