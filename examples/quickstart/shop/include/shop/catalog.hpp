#ifndef SHOP_CATALOG_HPP
#define SHOP_CATALOG_HPP

#include <map>
#include <string>
#include <vector>

#include "shop/sku.hpp"
#include "shop/sku_ops.hpp"

namespace shop {

class Catalog {
 public:
  void add(const Sku& sku, long cents);
  long price(const Sku& sku) const;
  std::vector<Sku> sorted() const;

 private:
  std::map<Sku, long> cents_;
};

}  // namespace shop

#endif
