#include "shop/orders.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace shop {

long fulfil(const Order& order, const Catalog& catalog, Stock& stock) {
  long total = 0;
  for (const auto& line : order.lines) {
    if (!stock.take(line.sku, line.pieces)) {
      std::ostringstream message;
      message << order.customer << ": not enough of " << line.sku;
      throw std::runtime_error(message.str());
    }
    total += catalog.price(line.sku) * line.pieces;
  }
  return total;
}

Order merged(const Order& order) {
  Order result{order.customer, {}};
  for (const auto& line : order.lines) {
    auto same = std::find_if(result.lines.begin(), result.lines.end(),
                             [&](const Line& other) { return other.sku == line.sku; });
    if (same == result.lines.end()) {
      result.lines.push_back(line);
    } else {
      same->pieces += line.pieces;
    }
  }
  return result;
}

}  // namespace shop
