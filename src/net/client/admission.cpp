#include "net/client/admission.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace executus::net {

std::size_t Admission::Origin::connections() const {
  return own + (knowledge == Knowledge::multiplexed ? (shared + kStreams - 1) / kStreams : shared);
}

Admission::Ticket Admission::arrive(std::string origin, Reuse reuse) {
  bool tls = origin.starts_with("https:");
  auto [place, is_new] = origins_.try_emplace(std::move(origin));
  if (is_new && !tls) place->second.knowledge = Knowledge::connected;  // never HTTP/2, so there is nothing to find out
  place->second.waiting.insert(++last_);
  requests_.emplace(last_, Request{place, reuse});
  return last_;
}

std::optional<Admission::Ticket> Admission::admit() {
  std::optional<Ticket> oldest;
  for (const auto& [name, origin] : origins_) {
    if (origin.waiting.empty() || (oldest && *oldest < *origin.waiting.begin())) continue;
    Ticket first = *origin.waiting.begin();
    if (has_room(origin, requests_.at(first).reuse)) oldest = first;
  }
  if (oldest) start(*oldest, requests_.at(*oldest));
  return oldest;
}

bool Admission::has_room(const Origin& origin, Reuse reuse) const {
  if (origin.knowledge == Knowledge::probing && reuse == Reuse::pooled) return false;
  Origin after = {origin.knowledge, origin.shared, origin.own, {}};
  ++(reuse == Reuse::pooled ? after.shared : after.own);
  std::size_t more = after.connections() - origin.connections();
  return more == 0 || (after.connections() <= per_host_ && connections() + more <= in_all_);
}

void Admission::start(Ticket ticket, const Request& request) {
  Origin& origin = request.origin->second;
  origin.waiting.erase(ticket);
  ++(request.reuse == Reuse::pooled ? origin.shared : origin.own);
  if (request.reuse == Reuse::pooled && origin.knowledge == Knowledge::none) origin.knowledge = Knowledge::probing;
}

void Admission::connected(Ticket ticket) {
  auto request = requests_.find(ticket);
  if (request == requests_.end() || request->second.reuse != Reuse::pooled) return;
  Knowledge& knowledge = request->second.origin->second.knowledge;
  knowledge = std::max(knowledge, Knowledge::connected);
}

void Admission::multiplexed(Ticket ticket) {
  if (auto request = requests_.find(ticket); request != requests_.end())
    request->second.origin->second.knowledge = Knowledge::multiplexed;
}

void Admission::leave(Ticket ticket) {
  auto request = requests_.extract(ticket);
  if (!request) return;
  Origin& origin = request.mapped().origin->second;
  if (origin.waiting.erase(ticket) == 0) end(request.mapped());
  if (origin.waiting.empty() && origin.shared + origin.own == 0) origins_.erase(request.mapped().origin);
}

// When the request that went ahead got no connection, the others try at the same time: one after another they would
// take minutes to fail.
void Admission::end(const Request& request) {
  Origin& origin = request.origin->second;
  --(request.reuse == Reuse::pooled ? origin.shared : origin.own);
  if (request.reuse == Reuse::pooled) origin.knowledge = std::max(origin.knowledge, Knowledge::connected);
}

std::size_t Admission::waiting() const {
  return std::accumulate(origins_.begin(), origins_.end(), std::size_t{0},
                         [](std::size_t sum, const auto& entry) { return sum + entry.second.waiting.size(); });
}

std::size_t Admission::connections() const {
  return std::accumulate(origins_.begin(), origins_.end(), std::size_t{0},
                         [](std::size_t sum, const auto& entry) { return sum + entry.second.connections(); });
}

}  // namespace executus::net
