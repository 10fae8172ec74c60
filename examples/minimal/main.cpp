#include <iostream>

#include <executus/executus.hpp>

struct Order {
  std::string item;
  int count;
};
BOOST_DESCRIBE_STRUCT(Order, (), (item, count))

int main() {
  executus::Runtime runtime;
  runtime.tools().add(executus::make_tool<Order>({.name = "order", .description = "Orders an item."}, [](Order order) {
    return "ordered " + std::to_string(order.count) + " " + order.item;
  }));
  auto outcome = runtime.run({.name = "shop", .system_prompt = "You order what people ask for.", .tools = {"order"}},
                             "Two pizzas");
  std::cout << outcome.output << outcome.error << "\n";
  return outcome.ok() ? 0 : 1;
}
