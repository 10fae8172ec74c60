#include "run/record/session_hub.hpp"

#include "base/contained.hpp"

namespace executus::run {

HeldSession& HeldSession::operator=(HeldSession&& other) noexcept {
  clean_up();
  tools_ = other.release();
  logger_ = other.logger_;
  return *this;
}

void HeldSession::clean_up() noexcept {
  auto clean = std::exchange(tools_.cleanup, {});
  if (!clean) return;
  contained(*logger_, LogLevel::error, {"cleaning up a session's tools threw"}, clean);
}

void SessionHub::attach(std::string text, std::vector<llm::Image> images) {
  llm::Message message;
  if (!text.empty() || images.empty()) message.parts.push_back(llm::Text{std::move(text)});
  for (auto& image : images) message.parts.push_back(std::move(image));
  std::lock_guard lock(mutex_);
  if (!closed_) attached_.push_back(std::move(message));
}

RunTally SessionHub::tally() const {
  std::lock_guard lock(mutex_);
  return tally_;
}

std::vector<llm::Message> SessionHub::take_attached() {
  std::lock_guard lock(mutex_);
  return std::exchange(attached_, {});
}

void SessionHub::update(RunTally tally) {
  std::lock_guard lock(mutex_);
  tally_ = tally;
}

void SessionHub::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  attached_.clear();
}

}  // namespace executus::run
