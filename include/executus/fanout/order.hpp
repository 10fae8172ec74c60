// Which items of a fan-out begin next: the first that the bounds allow. Decisions only; nothing runs here.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace executus::fanout {

struct Bounds {
  std::size_t max_concurrent = 0;  // 0: unbounded
  std::map<std::string, std::size_t> per_key =
      {};  // of one key; a key without an entry, or with 0: max_concurrent alone
};

class Order final {
 public:
  // `keys`: one for each item.
  Order(const std::vector<std::string>& keys, const Bounds& bounds);

  // The next item that begins now. Nothing: none is left, or the bounds are reached.
  [[nodiscard]] std::optional<std::size_t> next();

  // Of an item that next() named, once.
  void ended(std::size_t item);

  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  struct OfKey {
    std::size_t bound = 0;
    std::size_t running = 0;
    std::deque<std::size_t> waiting = {};
    [[nodiscard]] bool is_full() const { return bound > 0 && running >= bound; }
  };

  void offer(std::size_t key);

  std::size_t max_concurrent_;
  std::size_t running_ = 0;
  std::vector<OfKey> keys_;
  std::vector<std::size_t> key_of_item_;
  std::map<std::size_t, std::size_t> ready_;  // of each key that is not full: its first item, and the key
};

}  // namespace executus::fanout
