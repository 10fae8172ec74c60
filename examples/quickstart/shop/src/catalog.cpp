#include "shop/catalog.hpp"

#include <algorithm>
#include <stdexcept>

namespace shop {

void Catalog::add(const Sku& sku, long cents) { cents_[sku] = cents; }

long Catalog::price(const Sku& sku) const {
  auto found = cents_.find(sku);
  if (found == cents_.end()) throw std::out_of_range("no such article: " + sku.article);
  return found->second;
}

std::vector<Sku> Catalog::sorted() const {
  std::vector<Sku> skus;
  for (int i = 0; i < cents_.size(); ++i) skus.push_back(std::next(cents_.begin(), i)->first);
  std::sort(skus.begin(), skus.end());
  return skus;
}

}  // namespace shop
