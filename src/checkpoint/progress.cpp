#include "checkpoint/progress.hpp"

#include <algorithm>
#include <utility>

namespace executus::checkpoint {
namespace {

llm::Transcript opening_of(const llm::Transcript& messages) {
  llm::Transcript opening;
  for (const auto& message : messages) {
    if (message.role == llm::Role::assistant) break;
    opening.push_back(message);
  }
  return opening;
}

bool is_keyed(const journal::Entry& entry) {
  const auto* intended = std::get_if<journal::Intended>(&entry.payload);
  return intended && intended->effect == "keyed";
}

}  // namespace

Progress::Progress(RunCheckpoint record) : meta_(std::move(record.meta)), continues_(true) {
  fold_.opening = opening_of(record.messages);
  fold_.conversation = restored(record.messages);
  fold_.phases = std::move(record.completed_phases);
  earlier_steps_ = std::max(0, record.iteration - static_cast<int>(fold_.conversation.responses()));
}

void Progress::take_in(const std::vector<journal::Entry>& entries) {
  for (const auto& entry : entries)
    if (entry.seq > fold_.last_seq) take_in(entry);
}

// A run that continues has its opening from its record, and its entries begin wherever the kernel begins them.
void Progress::take_in(const journal::Entry& entry) {
  if (continues_ && fold_.last_seq == 0) fold_.last_seq = entry.seq - 1;
  if (continues_ && std::holds_alternative<journal::Admitted>(entry.payload)) {
    fold_.last_seq = entry.seq;
    return;
  }
  journal::apply(fold_, entry);
  fold_.admitted = {};
  if (is_keyed(entry)) keyed_.insert(std::get<journal::Intended>(entry.payload).call);
  if (fold_.conversation.open_batch().empty()) keyed_.clear();
}

std::size_t Progress::boundaries() const noexcept {
  const auto& conversation = fold_.conversation;
  return conversation.responses() - (conversation.open_batch().empty() ? 0u : 1u) + fold_.phases.size();
}

RunCheckpoint Progress::snapshot(WallTime now) const {
  RunCheckpoint checkpoint;
  checkpoint.meta = meta_;
  checkpoint.messages = has_phases() ? fold_.opening : continuable(fold_.conversation, keyed_);
  checkpoint.iteration = earlier_steps_ + static_cast<int>(fold_.conversation.responses());
  checkpoint.completed_phases = fold_.phases;
  checkpoint.updated_at = now;
  return checkpoint;
}

}  // namespace executus::checkpoint
