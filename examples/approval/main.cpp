// A call that a person has to allow. The run waits for the answer, in memory or not: it is asked for and given here,
// but any process that has the journal can do both, days later.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/approval/script.yaml example_approval
#include <iostream>

#include <executus/executus.hpp>

using namespace executus;

struct Payment {
  std::string to;
  int cents;
};
BOOST_DESCRIBE_STRUCT(Payment, (), (to, cents))

bool person_says_yes(const Question& question) {
  std::cout << "May " << question.agent << " call " << question.tool << " " << question.arguments << "? [y/n] ";
  std::string answer;
  return std::getline(std::cin, answer) && answer == "y";
}

int main() {
  Runtime runtime;
  runtime.tools().add(make_tool<Payment>({.name = "pay", .description = "Pays a bill."}, [](Payment payment) {
    return "paid " + std::to_string(payment.cents) + " cents to " + payment.to;
  }));
  Agent agent{.name = "clerk", .tools = {"pay"}, .permissions = {.ask = {"pay"}}};

  RunHandle run = runtime.start(agent, "Pay what is due.").get();
  RunOutcome outcome = run.wait();  // it has ended, or rests: here it waits for a word
  while (outcome.status == RunStatus::waiting) {
    // A question knows its run, its call and the exact arguments: the answer holds for these and no others.
    auto questions = runtime.runs().pending().get();
    if (questions.empty()) break;
    for (const Question& question : questions) {
      Answered answered = person_says_yes(question)
                              ? runtime.runs().approve(question, {.by = "ada"}).get()
                              : runtime.runs().reject(question, {.by = "ada", .reason = "not today"}).get();
      if (answered == Answered::answered_before) std::cout << answered.by << " has " << answered.answer << " it\n";
    }
    std::cout << "\n";
    outcome = run.wait();  // goes on with the answers
  }
  std::cout << outcome.output << outcome.error << "\n";
  return outcome.ok() ? 0 : 1;
}
