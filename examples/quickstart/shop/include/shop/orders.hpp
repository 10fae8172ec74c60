#ifndef SHOP_ORDERS_HPP
#define SHOP_ORDERS_HPP

#include <string>
#include <vector>

#include "shop/catalog.hpp"
#include "shop/stock.hpp"

namespace shop {

struct Line {
  Sku sku;
  unsigned pieces = 0;
};

struct Order {
  std::string customer;
  std::vector<Line> lines;
};

// Takes what the order needs out of the stock and returns its price, or throws when something is missing.
long fulfil(const Order& order, const Catalog& catalog, Stock& stock);

// The same article in two lines becomes one line.
Order merged(const Order& order);

}  // namespace shop

#endif
