// Reads the fields out of a letter, twice: from a model, and as a question that is entered in a ledger.
#include <iostream>

#include <executus/executus.hpp>
#include <executus/llm/meta.hpp>

namespace llm = executus::llm;

enum class Mood { calm, angry };
BOOST_DESCRIBE_ENUM(Mood, calm, angry)

struct Complaint {
  std::string product;
  std::optional<int> order;  // may be null
  Mood mood;
};
BOOST_DESCRIBE_STRUCT(Complaint, (), (product, order, mood))
constexpr std::string_view describe_field(std::type_identity<Complaint>, std::string_view field) {
  return field == "order" ? "The number of the order, when the letter names it." : "";
}

struct Ledger final : llm::MetaLedger {
  void record(const llm::MetaCall& call) override {
    std::cout << call.purpose << " #" << call.attempt << ": " << call.usage.input << " tokens in, "
              << llm::cost_text(call.cost) << "\n";
  }
};

struct Stderr final : executus::Logger {
  void log(executus::LogLevel, std::string_view message) noexcept override { std::cerr << message << "\n"; }
};

int main() {
  executus::Runtime runtime;
  const std::string letter = "Two weeks, and order 4711 is still not here! Where is my kettle?";

  auto model = runtime.models().resolve("fast").value().model;
  llm::Request request;
  request.system = "Read the customer's letter.";
  request.messages.push_back(llm::user_message(letter));
  auto answer = executus::block_on(runtime.loop(), llm::generate<Complaint>(*model, std::move(request)));
  std::cout << answer.target << ", " << answer.usage.output << " tokens out\n";

  Ledger ledger;
  Stderr logger;
  llm::MetaOptions options;
  options.ledger = &ledger;
  llm::MetaCalls meta(runtime.models(), logger, options);
  llm::MetaQuestion question;
  question.purpose = "complaint";
  question.instructions = "Read the customer's letter.";
  question.input = letter;
  Complaint complaint = executus::block_on(runtime.loop(), meta.extract<Complaint>(std::move(question))).value;

  std::cout << complaint.product << ", order " << complaint.order.value_or(0) << "\n";
  return complaint.mood == Mood::angry ? 0 : 1;
}
