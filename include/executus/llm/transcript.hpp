// The messages of a run, in order. A value whose copies share the (immutable) messages: copying costs pointers, so that
// a request can take the whole transcript at every step.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <executus/llm/message.hpp>

namespace executus::llm {

class Transcript {
 public:
  Transcript() = default;
  Transcript(std::initializer_list<Message> messages) {
    for (const auto& message : messages) push_back(message);
  }

  void push_back(Message message) { messages_.push_back(std::make_shared<const Message>(std::move(message))); }

  void append(const Transcript& other) {
    messages_.insert(messages_.end(), other.messages_.begin(), other.messages_.end());
  }

  // Puts another message in the place of message `i`; copies that share the old one keep it.
  void replace(std::size_t i, Message message) { messages_[i] = std::make_shared<const Message>(std::move(message)); }

  // The messages from `first` on.
  [[nodiscard]] Transcript from(std::size_t first) const {
    Transcript tail;
    for (std::size_t i = first; i < messages_.size(); ++i) tail.messages_.push_back(messages_[i]);
    return tail;
  }

  [[nodiscard]] std::size_t size() const noexcept { return messages_.size(); }
  [[nodiscard]] bool empty() const noexcept { return messages_.empty(); }
  [[nodiscard]] const Message& operator[](std::size_t i) const { return *messages_[i]; }
  [[nodiscard]] const Message& back() const { return *messages_.back(); }

  class Iterator {
   public:
    explicit Iterator(const std::shared_ptr<const Message>* at) : at_(at) {}
    const Message& operator*() const { return **at_; }
    const Message* operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const std::shared_ptr<const Message>* at_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(messages_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(messages_.data() + messages_.size()); }

 private:
  std::vector<std::shared_ptr<const Message>> messages_;
};

}  // namespace executus::llm
