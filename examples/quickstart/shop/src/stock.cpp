#include "shop/stock.hpp"

namespace shop {

void Stock::put(const Sku& sku, unsigned pieces) { pieces_[sku] += pieces; }

bool Stock::take(const Sku& sku, unsigned pieces) {
  auto found = pieces_.find(sku);
  if (found == pieces_.end() || found->second < pieces) return false;
  found->second -= pieces;
  return true;
}

unsigned Stock::available(const Sku& sku) const {
  auto found = pieces_.find(sku);
  return found == pieces_.end() ? 0 : found->second;
}

}  // namespace shop
