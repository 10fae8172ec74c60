#include "async/closed_on_fork.hpp"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

#include <pthread.h>
#include <unistd.h>

namespace executus {
namespace {

std::mutex table_mutex;
std::vector<int>& descriptors = *new std::vector<int>;  // outlives static objects that close descriptors

// In the child no other thread is left, and nothing may be allocated.
void close_copies() {
  for (int fd : descriptors) ::close(fd);
  descriptors.clear();
  table_mutex.unlock();
}

const int copies_are_closed = ::pthread_atfork([] { table_mutex.lock(); }, [] { table_mutex.unlock(); }, close_copies);

}  // namespace

int open_closed_on_fork(const std::function<int()>& open) {
  std::lock_guard lock(table_mutex);
  descriptors.push_back(-1);  // may throw: before there is a descriptor
  int fd = open();
  if (fd >= 0)
    descriptors.back() = fd;
  else
    descriptors.pop_back();
  return fd;
}

bool open_pair_closed_on_fork(int (&ends)[2], const std::function<int(int*)>& open) {
  std::lock_guard lock(table_mutex);
  descriptors.reserve(descriptors.size() + 2);
  if (open(ends) != 0) return false;
  descriptors.insert(descriptors.end(), {ends[0], ends[1]});
  return true;
}

void close_of_this_process(int fd) noexcept {
  std::lock_guard lock(table_mutex);
  if (auto found = std::ranges::find(descriptors, fd); found != descriptors.end()) {
    *found = descriptors.back();
    descriptors.pop_back();
  }
  ::close(fd);
}

}  // namespace executus
