#include <utility>

#include <executus/async/strand.hpp>

namespace executus {
namespace {

struct FunctionJob : Job {
  std::function<void()> work;
};

}  // namespace

Strand::Strand(Loop& loop) : loop_(loop) {
  drain_.strand = this;
  drain_.run = [](Job* job) noexcept { static_cast<Drain*>(job)->strand->drain(); };
}

void Strand::post(Job& job) {
  job.next = nullptr;
  std::lock_guard lock(mutex_);
  (head_ ? tail_->next : head_) = &job;
  tail_ = &job;
  if (self_) return;
  self_ = shared_from_this();
  loop_.post(drain_);
}

void Strand::post(std::function<void()> work) {
  auto job = std::make_unique<FunctionJob>();
  job->work = std::move(work);
  job->run = [](Job* base) noexcept {
    std::unique_ptr<FunctionJob> owned(static_cast<FunctionJob*>(base));
    owned->work();
  };
  post(*job.release());
}

// Runs the jobs that are queued now. Jobs they post run after the other strands had their turn.
void Strand::drain() noexcept {
  std::unique_lock lock(mutex_);
  Job* job = std::exchange(head_, nullptr);
  lock.unlock();
  while (job) {
    Job* next = job->next;
    job->run(job);
    job = next;
  }
  lock.lock();
  if (head_) return loop_.post(drain_);
  auto keep = std::exchange(self_, nullptr);
  lock.unlock();
}

}  // namespace executus
