#include "store/sqlite/work.hpp"

#include <algorithm>
#include <iterator>

namespace executus::sqlite {

std::unique_ptr<AppendWork> AppendWork::flush(EncodedAppend deferred) {
  auto work = std::make_unique<AppendWork>(EncodedAppend{deferred.run, deferred.epoch, {}, {}, false, deferred.sync});
  (void)work->offer(deferred);
  return work;
}

Work::Ride AppendWork::offer(EncodedAppend& deferred) {
  bool before = append_.entries.empty() || deferred.entries.front().seq < append_.entries.front().seq;
  if (deferred.epoch != append_.epoch || !before) return Ride::later;
  riding_ += deferred.entries.size();
  std::ranges::move(append_.entries, std::back_inserter(deferred.entries));
  append_.entries = std::move(deferred.entries);
  return Ride::taken;
}

// A run's end that was refused goes on later; the entries before it stand.
std::optional<EncodedAppend> AppendWork::unwritten(Fate fate) {
  bool written = fate == Fate::committed && !refused && result_.verdict != journal::AppendVerdict::unread_commands;
  if (written || riding_ == 0) return std::nullopt;
  append_.entries.resize(std::exchange(riding_, 0));
  append_.consume.clear();
  append_.admit.clear();
  append_.refuse_when_unread = append_.cancel_children = false;
  return std::move(append_);
}

}  // namespace executus::sqlite
