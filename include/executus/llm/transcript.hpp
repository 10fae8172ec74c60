// The messages of a run, in order. A value whose copies share the (immutable) messages: copying costs a pointer for
// every 16 of them, so that a request can take the whole transcript at every step.
//
// Threads: copies may be used from different threads.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include <executus/llm/message.hpp>

namespace executus::llm {

class Transcript {
 public:
  Transcript() = default;
  Transcript(const Transcript&) = default;
  Transcript& operator=(const Transcript&) = default;
  Transcript(Transcript&& other) noexcept : chunks_(std::move(other.chunks_)), size_(std::exchange(other.size_, 0)) {}
  Transcript& operator=(Transcript&& other) noexcept {
    chunks_ = std::exchange(other.chunks_, {});
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Transcript() = default;
  Transcript(std::initializer_list<Message> messages) {
    for (const auto& message : messages) push_back(message);
  }

  void push_back(Message message) { add(std::make_shared<const Message>(std::move(message))); }

  void append(const Transcript& other) {
    for (std::size_t i = 0, end = other.size_; i < end; ++i) add(other.at(i));
  }

  // Puts another message in the place of message `i`; copies that share the old one keep it.
  void replace(std::size_t i, Message message) {
    auto& chunk = chunks_[i / kChunk];
    chunk = chunk->copy(std::min(kChunk, size_ - i / kChunk * kChunk));
    chunk->messages[i % kChunk] = std::make_shared<const Message>(std::move(message));
  }

  // Precondition: it is not empty. Copies that share the message keep it.
  void pop_back() {
    --size_;
    if (size_ % kChunk == 0) chunks_.pop_back();
  }

  // The messages from `first` on.
  [[nodiscard]] Transcript from(std::size_t first) const {
    Transcript tail;
    for (std::size_t i = first; i < size_; ++i) tail.add(at(i));
    return tail;
  }

  // Message `i` of `other` is the next one here too.
  void share(const Transcript& other, std::size_t i) { add(other.at(i)); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const Message& operator[](std::size_t i) const { return *at(i); }
  [[nodiscard]] const Message& back() const { return *at(size_ - 1); }

  class Iterator {
   public:
    Iterator(const Transcript* transcript, std::size_t at) : transcript_(transcript), at_(at) {}
    const Message& operator*() const { return (*transcript_)[at_]; }
    const Message* operator->() const { return &(*transcript_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Transcript* transcript_;
    std::size_t at_;
  };
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size_}; }

 private:
  using Shared = std::shared_ptr<const Message>;
  static constexpr std::size_t kChunk = 16;

  // Shared by the copies of a transcript. One of the copies may add to it: the first `taken` places belong to some
  // copy, and their messages never change.
  struct Chunk {
    std::shared_ptr<Chunk> copy(std::size_t count) const {
      auto other = std::make_shared<Chunk>();
      std::copy_n(messages.begin(), count, other->messages.begin());
      other->taken = count;
      return other;
    }
    std::array<Shared, kChunk> messages;
    std::atomic<std::size_t> taken = 0;
  };

  [[nodiscard]] const Shared& at(std::size_t i) const { return chunks_[i / kChunk]->messages[i % kChunk]; }

  void add(Shared message) {
    std::size_t place = size_ % kChunk;
    if (place == 0) chunks_.push_back(std::make_shared<Chunk>());
    auto free = place;
    if (!chunks_.back()->taken.compare_exchange_strong(free, place + 1)) {  // a copy of this one has grown
      chunks_.back() = chunks_.back()->copy(place);
      chunks_.back()->taken = place + 1;
    }
    chunks_.back()->messages[place] = std::move(message);
    ++size_;
  }

  std::vector<std::shared_ptr<Chunk>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace executus::llm
