// An agent whose answer is a struct: it looks things up with a tool, and hands its verdict in.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/typed_answer/script.yaml example_typed_answer
#include <iostream>

#include <executus/executus.hpp>

using namespace executus;

enum class Risk { low, high };
BOOST_DESCRIBE_ENUM(Risk, low, high)

struct Verdict {
  bool safe;
  Risk risk;
  std::vector<std::string> reasons;
  std::optional<std::string> ask;  // may be null
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (safe, risk, reasons, ask))
constexpr std::string_view describe_field(std::type_identity<Verdict>, std::string_view field) {
  return field == "ask" ? "Who is to be asked before the change goes in." : "";
}

struct File {
  std::string path;
};
BOOST_DESCRIBE_STRUCT(File, (), (path))

int main() {
  Runtime runtime;
  runtime.tools().add(
      make_tool<File>({.name = "history", .description = "Tells who changed a file.", .effect = Effect::pure},
                      [](File file) { return file.path + " was changed by ada and grace."; }));

  Agent judge{.name = "judge",
              .system_prompt = "Judge whether the change may go in.",
              .tools = {"history"},
              .output = output_of<Verdict>()};
  RunOutcome outcome = runtime.run(judge, "pay.cpp: charge() retries without a key");
  if (!outcome.ok()) {
    std::cout << outcome.error << "\n";
    return 1;
  }
  auto verdict = outcome.value<Verdict>();
  for (const auto& reason : verdict.reasons) std::cout << "- " << reason << "\n";
  std::cout << (verdict.safe ? "safe" : "not safe") << ", ask " << verdict.ask.value_or("nobody") << "\n";
  return verdict.risk == Risk::high ? 0 : 1;
}
