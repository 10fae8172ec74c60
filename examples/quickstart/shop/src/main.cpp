#include <iostream>

#include "shop/report.hpp"

int main(int argc, char** argv) {
  shop::Catalog catalog;
  catalog.add({"shirt", 40}, 1990);
  catalog.add({"boots", 43}, 8900);

  shop::Stock stock;
  stock.put({"shirt", 40}, 12);

  shop::Order order{"Ada", {{{"shirt", 40}, 2}}};
  std::cout << shop::fulfil(order, catalog, stock) << " cents\n";
  shop::print(std::cout, shop::merged(order));
  for (const auto& sku : catalog.sorted()) std::cout << sku << " " << stock.available(sku) << "\n";
}
