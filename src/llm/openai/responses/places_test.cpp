#include "llm/openai/responses/places.hpp"

#include <random>
#include <vector>

#include <gmock/gmock.h>

namespace executus::llm::openai {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Item {
  std::int64_t index;
  std::string id;
};

// The oracle: as one would look for an item by walking over all of them.
std::optional<std::size_t> found_by_walking(const std::vector<Item>& items, std::int64_t index, const std::string& id) {
  std::optional<std::size_t> of_id, of_index;
  for (std::size_t i = 0; i < items.size(); ++i) {
    bool same_id = !id.empty() && items[i].id == id, same_index = items[i].index == index;
    if (same_id && (same_index || !of_id)) of_id = i;
    if (same_index) of_index = i;
  }
  return of_id ? of_id : of_index;
}

std::optional<std::size_t> first_by_walking(const std::vector<Item>& items, std::int64_t index, const std::string& id) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!id.empty() && items[i].id == id && items[i].index == index) return i;
  return std::nullopt;
}

TEST(ItemPlaces, AreThoseThatAWalkOverAllItemsFinds) {
  std::mt19937 random(7);
  const std::vector<std::string> ids{"", "a", "b", "c"};
  for (int round = 0; round < 50; ++round) {
    std::vector<Item> items;
    ItemPlaces places;
    for (int i = 0; i < 12; ++i) {
      items.push_back({static_cast<std::int64_t>(random() % 3), ids[random() % ids.size()]});
      places.add(items.size() - 1, items.back().index, items.back().id);
      for (std::int64_t index = 0; index < 4; ++index)
        for (const auto& id : ids) {
          EXPECT_EQ(places.first(index, id), first_by_walking(items, index, id));
          // An id that an earlier item has at another index yields to the same id at this one.
          EXPECT_EQ(places.find(index, id), found_by_walking(items, index, id)) << index << id;
        }
    }
  }
}

TEST(ItemPlaces, AreOpenUntilTheyAreClosed) {
  ItemPlaces places;
  for (std::size_t i = 0; i < 3; ++i) places.add(i, i == 1 ? 7 : 0, "");
  EXPECT_THAT(places.open_at(0), ElementsAre(0U, 2U));
  places.close(0, 0);
  EXPECT_THAT(places.open_at(0), ElementsAre(2U));
  EXPECT_THAT(places.open_at(7), ElementsAre(1U));
  EXPECT_THAT(places.open_at(8), IsEmpty());
}

}  // namespace
}  // namespace executus::llm::openai
