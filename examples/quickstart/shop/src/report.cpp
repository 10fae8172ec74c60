#include "shop/report.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace shop {

void print(std::ostream& out, const Order& order) {
  out << order.customer << "\n";
  for (const auto& line : order.lines) out << "  " << line.pieces << " x " << line.sku << "\n";
}

void print_best_sellers(std::ostream& out, const std::vector<Order>& orders) {
  std::map<Sku, unsigned> sold;
  std::set<Sku> named;
  for (const auto& order : orders)
    for (const auto& line : order.lines) sold[line.sku] += line.pieces;
  std::vector<std::pair<unsigned, Sku>> ranking;
  for (const auto& [sku, pieces] : sold) ranking.emplace_back(pieces, sku);
  std::sort(ranking.rbegin(), ranking.rend());
  for (const auto& [pieces, sku] : ranking)
    if (named.insert(sku).second) out << pieces << " x " << sku << "\n";
}

}  // namespace shop
