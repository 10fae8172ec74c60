#ifndef SHOP_REPORT_HPP
#define SHOP_REPORT_HPP

#include <ostream>
#include <vector>

#include "shop/orders.hpp"

namespace shop {

void print(std::ostream& out, const Order& order);
void print_best_sellers(std::ostream& out, const std::vector<Order>& orders);

}  // namespace shop

#endif
