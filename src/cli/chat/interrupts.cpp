#include "cli/chat/interrupts.hpp"

#include <array>
#include <cerrno>

#include <poll.h>
#include <pthread.h>

namespace executus::cli {
namespace {

constexpr std::array<int, 6> kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT};

// Set by the handler, which runs inside ppoll() alone.
std::array<volatile std::sig_atomic_t, kSignals.size()> came{};

void note(int signal) {
  for (std::size_t i = 0; i < kSignals.size(); ++i)
    if (kSignals[i] == signal) came[i] = 1;
}

bool is_ignored(int signal) {
  struct sigaction action{};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

Interrupts::Came meaning_of(int signal) {
  switch (signal) {
    case SIGINT:
      return Interrupts::Came::interrupt;
    case SIGWINCH:
      return Interrupts::Came::resized;
    case SIGCONT:
      return Interrupts::Came::resumed;
    default:
      return Interrupts::Came::leave;
  }
}

}  // namespace

Interrupts::Interrupts() {
  sigset_t ours;
  sigemptyset(&ours);
  for (int signal : kSignals) {
    if (is_ignored(signal)) continue;
    struct sigaction action{};
    action.sa_handler = note;
    ::sigaction(signal, &action, &actions_[signal]);
    sigaddset(&ours, signal);
  }
  pthread_sigmask(SIG_BLOCK, &ours, &before_);
  waiting_ = before_;
  for (const auto& [signal, action] : actions_) sigdelset(&waiting_, signal);
}

Interrupts::~Interrupts() {
  for (const auto& [signal, action] : actions_) ::sigaction(signal, &action, nullptr);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Interrupts::Came Interrupts::wait(int fd, int wake) const {
  std::array<pollfd, 2> polled{pollfd{fd, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
  for (;;) {
    int ready = ::ppoll(polled.data(), polled.size(), nullptr, &waiting_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      if (came[i] == 0) continue;
      came[i] = 0;
      return meaning_of(kSignals[i]);
    }
    if (ready > 0 && polled[1].revents != 0) return Came::woken;
    if (ready > 0) return Came::input;
    if (ready < 0 && errno != EINTR) return Came::leave;
  }
}

}  // namespace executus::cli
