// What the models of a conversation used and cost, with those of the runs below its turns.
#pragma once

#include <mutex>
#include <string>

#include <executus/llm/usage.hpp>

namespace executus::cli {

class Spent final : public llm::UsageSink {
 public:
  void record(const llm::UsageRecord& record) override;
  void add_unanswered(const llm::Usage& usage);  // of an answer that broke off: no sink is told of it

  // "1010 tokens in (0 of them from a cache), 10 out, $0.011"; what has no price is said to have none.
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] std::string cost() const;

  mutable std::mutex mutex_;
  llm::Usage usage_;
  llm::CostSum cost_;
  int priced_ = 0;  // answers
};

}  // namespace executus::cli
