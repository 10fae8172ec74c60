#include "llm/openai/responses/places.hpp"

namespace executus::llm::openai {
namespace {

using Places = std::set<std::size_t>;

template <class Key>
std::optional<std::size_t> place_in(const std::map<Key, std::size_t>& places, const Key& key) {
  auto found = places.find(key);
  return found == places.end() ? std::nullopt : std::optional(found->second);
}

const Places& places_at(const std::map<ItemPlaces::Index, Places>& places, ItemPlaces::Index index) {
  static const Places none;
  auto found = places.find(index);
  return found == places.end() ? none : found->second;
}

}  // namespace

void ItemPlaces::add(std::size_t place, Index index, const std::string& id) {
  also(place, index, id);
  if (index) last_of_index_[*index] = place;
  open_[index].insert(place);
  all_open_.insert(place);
}

void ItemPlaces::also(std::size_t place, Index index, const std::string& id) {
  if (id.empty()) return;
  auto [known, is_new] = by_both_.try_emplace({index, id}, Span{place, place});
  if (!is_new) known->second.last = place;
  first_of_id_.try_emplace(id, place);
}

std::optional<std::size_t> ItemPlaces::named(Index index, const std::string& id) const {
  if (id.empty()) return std::nullopt;
  auto both = by_both_.find({index, id});
  return both == by_both_.end() ? place_in(first_of_id_, id) : both->second.last;
}

std::optional<std::size_t> ItemPlaces::last_at(Index index) const {
  return index ? place_in(last_of_index_, *index) : std::nullopt;
}

std::optional<std::size_t> ItemPlaces::find(Index index, const std::string& id) const {
  auto of_id = named(index, id);
  return of_id ? of_id : last_at(index);
}

std::optional<std::size_t> ItemPlaces::first(Index index, const std::string& id) const {
  auto both = id.empty() ? by_both_.end() : by_both_.find({index, id});
  return both == by_both_.end() ? std::nullopt : std::optional(both->second.first);
}

const Places& ItemPlaces::open_at(Index index) const { return places_at(open_, index); }

void ItemPlaces::close(std::size_t place, Index index) {
  open_[index].erase(place);
  all_open_.erase(place);
}

void ItemPlaces::wait(std::size_t place, Index index) {
  waiting_[index].insert(place);
  waiting_[std::nullopt].insert(place);
}

void ItemPlaces::wait_no_more(std::size_t place, Index index) {
  waiting_[index].erase(place);
  waiting_[std::nullopt].erase(place);
}

const Places& ItemPlaces::waiting(Index index) const { return places_at(waiting_, index); }

}  // namespace executus::llm::openai
