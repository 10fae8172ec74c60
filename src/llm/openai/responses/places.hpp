// Where the items of a streamed output are, by what its events call them. Pure.
//
// Gateways give all items one index, or none, or an item other ids at its beginning and its end, so each event is
// looked for by all that it says. No search walks over all items: an answer may have many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace executus::llm::openai {

class ItemPlaces final {
 public:
  using Index = std::optional<std::int64_t>;  // nothing: the event names none, which is not 0

  // Of items in the order in which they came: 0, 1, 2.
  void add(std::size_t place, Index index, const std::string& id);

  // Another id of the item: that of its call. An empty one is none.
  void also(std::size_t place, Index index, const std::string& id);

  // The last item with the id at the index, else the first with the id. An empty id is none.
  [[nodiscard]] std::optional<std::size_t> named(Index index, const std::string& id) const;

  // The last one of the index.
  [[nodiscard]] std::optional<std::size_t> last_at(Index index) const;

  // What named() finds, else what last_at() finds.
  [[nodiscard]] std::optional<std::size_t> find(Index index, const std::string& id) const;

  // The first item with the id at the index. An empty id is none.
  [[nodiscard]] std::optional<std::size_t> first(Index index, const std::string& id) const;

  // The items of the index that are not closed, in their order. No index: those that have none.
  [[nodiscard]] const std::set<std::size_t>& open_at(Index index) const;
  [[nodiscard]] const std::set<std::size_t>& open() const noexcept { return all_open_; }
  void close(std::size_t place, Index index);

  // The calls whose arguments are not complete. No index: all of them.
  void wait(std::size_t place, Index index);
  void wait_no_more(std::size_t place, Index index);
  [[nodiscard]] const std::set<std::size_t>& waiting(Index index) const;

 private:
  struct Span {
    std::size_t first = 0;
    std::size_t last = 0;
  };

  std::map<std::pair<Index, std::string>, Span> by_both_;
  std::map<std::string, std::size_t> first_of_id_;
  std::map<std::int64_t, std::size_t> last_of_index_;
  std::map<Index, std::set<std::size_t>> open_;
  std::set<std::size_t> all_open_;
  std::map<Index, std::set<std::size_t>> waiting_;
};

}  // namespace executus::llm::openai
