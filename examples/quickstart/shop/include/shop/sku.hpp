#ifndef SHOP_SKU_HPP
#define SHOP_SKU_HPP

#include <string>

namespace shop {

// What can be bought: an article in one size.
struct Sku {
  std::string article;
  int size = 0;
};

}  // namespace shop

#endif
