#ifndef SHOP_STOCK_HPP
#define SHOP_STOCK_HPP

#include <unordered_map>

#include "shop/sku.hpp"
#include "shop/sku_ops.hpp"

namespace shop {

class Stock {
 public:
  void put(const Sku& sku, unsigned pieces);
  bool take(const Sku& sku, unsigned pieces);
  unsigned available(const Sku& sku) const;

 private:
  std::unordered_map<Sku, unsigned> pieces_;
};

}  // namespace shop

#endif
