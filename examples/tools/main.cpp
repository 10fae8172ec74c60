// Tools of one's own, and one that moves money: its connection breaks after the bank has acted. Nobody knows then
// whether the money moved, so the bank is asked (the probe), and the customer is charged once.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/tools/script.yaml example_tools
#include <iostream>
#include <map>

#include <executus/executus.hpp>

using namespace executus;
using namespace std::chrono_literals;

// A tool's arguments. The model gets their JSON Schema; what does not fit it never reaches the function.
struct Customer {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Customer, (), (name))

struct Charge {
  std::string customer;
  int cents;
};
BOOST_DESCRIBE_STRUCT(Charge, (), (customer, cents))
constexpr std::string_view describe_field(std::type_identity<Charge>, std::string_view field) {
  return field == "cents" ? "A positive number." : "";
}

// What stands in for a bank: it takes a key with each charge, and can be asked what became of it.
class Bank {
 public:
  int owed_by(const std::string&) const { return 990; }

  Outcome charge(const Charge& charge, const std::string& key) {
    charges_[key] = charge.customer + " paid " + std::to_string(charge.cents) + " cents";
    return Unknown{"the connection broke"};
  }

  std::optional<std::string> find(const std::string& key) const {
    auto found = charges_.find(key);
    return found == charges_.end() ? std::nullopt : std::optional(found->second);
  }

  std::size_t charges() const { return charges_.size(); }

 private:
  std::map<std::string, std::string> charges_;
};

int main() {
  Bank bank;
  Runtime runtime;

  // It changes nothing (`pure`), so it may be repeated; and it blocks, so it gets a thread of its own.
  runtime.tools().add(make_tool<Customer>(
      {.name = "owed", .description = "What a customer owes.", .effect = Effect::pure, .runs_on = RunsOn::pool},
      [&bank](Customer customer) { return std::to_string(bank.owed_by(customer.name)) + " cents"; }));

  // The key is the same however often the call is repeated, and in whichever process. The second function is the probe;
  // nothing says that it did not happen. It is asked when a charge cannot be on its way any more (`settle`).
  runtime.tools().add(make_tool<Charge>(
      {.name = "charge",
       .description = "Charges a customer.",
       .effect = Effect::probeable,
       .timeout = 30s,
       .settle = 1s},
      [&bank](Charge charge, const Call& call) { return bank.charge(charge, call.idempotency_key); },
      [&bank](Charge, const Call& call) { return bank.find(call.idempotency_key); }));

  auto outcome = runtime.run({.name = "cashier", .system_prompt = "Collect what is owed.", .tools = {"owed", "charge"}},
                             "Ann wants to pay.");
  for (const auto& call : outcome.tool_calls) std::cout << call.tool << ": " << to_string(call.state) << "\n";
  std::cout << outcome.output << outcome.error << "\n";
  std::cout << "The bank has seen " << bank.charges() << " charge.\n";
  return outcome.ok() && bank.charges() == 1 ? 0 : 1;
}
