#include "llm/openai/responses_places.hpp"

namespace executus::llm::openai {
namespace {

template <class Key>
std::optional<std::size_t> place_in(const std::map<Key, std::size_t>& places, const Key& key) {
  auto found = places.find(key);
  return found == places.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

void ItemPlaces::add(std::size_t place, std::int64_t index, const std::string& id) {
  auto [known, is_new] = by_both_.try_emplace({index, id}, Span{place, place});
  if (!is_new) known->second.last = place;
  first_of_id_.try_emplace(id, place);
  last_of_index_[index] = place;
  open_[index].insert(place);
}

std::optional<std::size_t> ItemPlaces::find(std::int64_t index, const std::string& id) const {
  if (id.empty()) return place_in(last_of_index_, index);
  if (auto both = by_both_.find({index, id}); both != by_both_.end()) return both->second.last;
  auto of_id = place_in(first_of_id_, id);
  return of_id ? of_id : place_in(last_of_index_, index);
}

std::optional<std::size_t> ItemPlaces::first(std::int64_t index, const std::string& id) const {
  auto both = id.empty() ? by_both_.end() : by_both_.find({index, id});
  return both == by_both_.end() ? std::nullopt : std::optional(both->second.first);
}

const std::set<std::size_t>& ItemPlaces::open_at(std::int64_t index) const {
  static const std::set<std::size_t> none;
  auto found = open_.find(index);
  return found == open_.end() ? none : found->second;
}

void ItemPlaces::close(std::size_t place, std::int64_t index) { open_[index].erase(place); }

}  // namespace executus::llm::openai
