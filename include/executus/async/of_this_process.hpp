// What threads, locks and connections belong to: the process that made them. A process that was forked from it has a
// copy of the memory and none of the threads; to use or to destroy such an object there would wait for ever, or act in
// the other one's name.
//
// Known of fork() and what is made of it (pthread_atfork). A child that ends by exec or _exit needs nothing of this.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <executus/base/error.hpp>

namespace executus {

// Remembers the process it was made in. Threads: any.
class HomeProcess final {
 public:
  HomeProcess() noexcept : generation_(generation()) {}
  [[nodiscard]] bool is_here() const noexcept { return generation_ == generation(); }
  // Throws Error runtime.forked in another process.
  void require() const {
    if (!is_here()) throw forked();
  }

  // How many forks lie between this process and the program's first one.
  [[nodiscard]] static std::uint64_t generation() noexcept;
  [[nodiscard]] static Error forked();

 private:
  std::uint64_t generation_;
};

// Owns a T. In a forked process every access throws Error runtime.forked, and the destructor leaves the T alone.
template <class T>
class OfThisProcess final {
 public:
  explicit OfThisProcess(std::unique_ptr<T> value) : value_(std::move(value)) {}
  ~OfThisProcess() {
    if (!home_.is_here()) (void)value_.release();
  }
  OfThisProcess(const OfThisProcess&) = delete;
  OfThisProcess& operator=(const OfThisProcess&) = delete;

  T* operator->() const {
    home_.require();
    return value_.get();
  }
  T& operator*() const { return *operator->(); }

 private:
  std::unique_ptr<T> value_;
  HomeProcess home_;
};

}  // namespace executus
