#include "run/drive/live_runs.hpp"

namespace executus::run {

LiveRuns::Listing::Listing(LiveRuns& runs, LiveRun& run, TaskContext context)
    : runs_(runs), run_(run), context_(context) {
  std::lock_guard lock(runs_.mutex_);
  runs_.live_[run_.id()] = {this, context.strand->shared_from_this()};
}

LiveRuns::Listing::~Listing() {
  std::lock_guard lock(runs_.mutex_);
  auto found = runs_.live_.find(run_.id());
  bool mine = found != runs_.live_.end() && found->second.listing == this;
  if (mine) runs_.live_.erase(found);  // else it was taken up again, while this driver cleaned up
}

void LiveRuns::Listing::look_at_inbox() {
  if (!lookers_) lookers_ = std::make_unique<TaskGroup>(context_);
  lookers_->spawn(run_.look_at_inbox());
}

// The run may end while the message to its strand is on its way: it is looked up again there.
void LiveRuns::look_at_inbox_of(const RunId& run) {
  std::shared_ptr<Strand> strand;
  {
    std::lock_guard lock(mutex_);
    auto found = live_.find(run);
    if (found == live_.end()) return;
    strand = found->second.strand;
  }
  strand->post([keep = shared_from_this(), mine = strand, run] {
    std::unique_lock lock(keep->mutex_);
    auto found = keep->live_.find(run);
    if (found == keep->live_.end() || found->second.strand != mine) return;  // taken up again, elsewhere
    auto* listing = found->second.listing;
    lock.unlock();
    listing->look_at_inbox();
  });
}

}  // namespace executus::run
