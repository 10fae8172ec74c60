// Where the items of a streamed output are, by what its events call them. Pure.
//
// Gateways give all items one index, or an item other ids at its beginning and its end, so each event is looked for by
// both. No search walks over all items: an answer may have many.
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
  // Of items in the order in which they came: 0, 1, 2.
  void add(std::size_t place, std::int64_t index, const std::string& id);

  // The last item with the id at the index, else the first with the id, else the last one of the index.
  [[nodiscard]] std::optional<std::size_t> find(std::int64_t index, const std::string& id) const;

  // The first item with the id at the index. An empty id is none.
  [[nodiscard]] std::optional<std::size_t> first(std::int64_t index, const std::string& id) const;

  // The items of the index that are not closed, in their order.
  [[nodiscard]] const std::set<std::size_t>& open_at(std::int64_t index) const;
  void close(std::size_t place, std::int64_t index);

 private:
  struct Span {
    std::size_t first = 0;
    std::size_t last = 0;
  };

  std::map<std::pair<std::int64_t, std::string>, Span> by_both_;
  std::map<std::string, std::size_t> first_of_id_;
  std::map<std::int64_t, std::size_t> last_of_index_;
  std::map<std::int64_t, std::set<std::size_t>> open_;
};

}  // namespace executus::llm::openai
