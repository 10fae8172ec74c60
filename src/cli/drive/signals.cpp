#include "cli/drive/signals.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>
#include <unistd.h>

#include "cli/output/exit_code.hpp"

namespace executus::cli {
namespace {

bool is_ignored(int signal) {
  struct sigaction action{};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// A blocked signal is delivered to sigwait() even when it is ignored: those stay out.
sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(signal)) sigaddset(&set, signal);
  sigaddset(&set, SIGUSR1);  // our own wake-up
  return set;
}

}  // namespace

SignalWatch::SignalWatch(std::function<void()> on_first, std::function<void()> on_hangup, const Clock& clock)
    : on_first_(std::move(on_first)), on_hangup_(std::move(on_hangup)), clock_(clock), watched_(watched_signals()) {
  pthread_sigmask(SIG_BLOCK, &watched_, nullptr);
  thread_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  stopping_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
  pthread_sigmask(SIG_UNBLOCK, &watched_, nullptr);
}

void SignalWatch::watch() {
  for (;;) {
    int signal = 0;
    if (sigwait(&watched_, &signal) != 0) continue;
    if (signal == SIGUSR1) {
      if (stopping_) return;
      continue;
    }
    if (signal == SIGHUP && on_hangup_) {
      on_hangup_();
      continue;
    }
    hear_stop();
  }
}

void SignalWatch::hear_stop() {
  auto word = stops_.hear(clock_.mono());
  if (word == StopWords::Word::second) ::_exit(static_cast<int>(Exit::left));
  if (word == StopWords::Word::repeated) return;
  signalled_ = true;
  on_first_();
  stops_.acted(clock_.mono());
}

}  // namespace executus::cli
