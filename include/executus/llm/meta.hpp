// Questions a program asks a model beside its runs: classify this, summarise that, read the fields out of a text. Each
// is one small call to a cheap tier, twice when the answer has to be repaired, and each call is entered in a ledger.
//
//   llm::MetaCalls meta(models, logger);
//   llm::MetaQuestion question;
//   question.purpose = "triage";
//   question.instructions = "Sort this ticket.";
//   question.input = ticket;
//   auto team = co_await meta.classify(std::move(question), {"network", "printer", "other"});
//
// Errors: those of llm/structured.hpp and of resolving the tier; besides meta.tier (the tier may not be asked),
// meta.labels (nothing to choose from), and ModelError model.timeout when patience ran out.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/log.hpp>
#include <executus/llm/cost.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/llm/structured.hpp>

namespace executus::llm {

// One call to a model, also a failed one. A call that is abandoned (its task destroyed) has no entry.
struct MetaCall {
  std::string purpose;
  std::string tier;    // as it was asked for
  std::string target;  // "provider/model" that served it; of a failed call the one that was asked
  int attempt = 1;     // 2: its answer was wanted because the first one did not fit
  Attribution attribution = {};
  Usage usage = {};
  std::optional<NanoDollars> cost = {};  // nothing: not known, which is not the same as free
  std::string error = {};                // its code; empty: it answered
  WallTime started = {};
  Milliseconds duration{0};
};

// Port: the record of such calls.
//
// Absent: nothing is recorded. Threads: called on the strand that asks, by several at once; must not block. Errors:
// what it throws is logged as an error with the call it was about, and the call goes on.
class MetaLedger {
 public:
  virtual ~MetaLedger() = default;
  virtual void record(const MetaCall& call) = 0;
};

struct MetaOptions {
  std::vector<std::string> tiers = {"fast"};  // that may be asked, whatever their effort; the first is the default
  // Of one answer; nothing: what the tier says (`fast: MODEL?max_output_tokens=N`), else its provider. Most models
  // count what they think as output, so that a small limit leaves them nothing to answer with.
  std::optional<int> max_output_tokens = {};
  Milliseconds patience{60'000};  // with one question, repair included
  MetaLedger* ledger = nullptr;   // null: nothing is recorded
  // What a call cost; empty: no cost is known. Threads and errors as of the ledger.
  std::function<std::optional<NanoDollars>(const std::string& target, const Usage& usage, WallTime when)> cost = {};
};

struct MetaQuestion {
  std::string purpose;                                  // "triage", "title": for the ledger
  std::string instructions;                             // the system prompt
  std::string input;                                    // what it is about; kept apart from the instructions
  std::string tier = {};                                // empty: the default
  std::shared_ptr<const Attribution> attribution = {};  // null: what the resolver says
};

// Threads: any; a task runs on the strand that awaits it. All that is given outlives the tasks.
class MetaCalls final {
 public:
  // The logger is required, since exceptions of the ledger are reported nowhere else.
  MetaCalls(ModelResolver& models, Logger& logger, MetaOptions options = {});

  // Plain text: a summary, a title. Never empty.
  [[nodiscard]] Task<StructuredAnswer<std::string>> text(MetaQuestion question) const;

  // One of `labels`.
  [[nodiscard]] Task<StructuredAnswer<std::string>> classify(MetaQuestion question,
                                                             std::vector<std::string> labels) const;

  [[nodiscard]] Task<JsonAnswer> json(MetaQuestion question, AnswerSchema schema, AnswerCheck check = nullptr) const;

  // A struct of base/described.hpp.
  template <described::Struct T>
  [[nodiscard]] Task<StructuredAnswer<T>> extract(MetaQuestion question) const {
    AnswerSchema schema{"answer", json_schema_of<T>()};
    return detail::typed<T>(json(std::move(question), std::move(schema), &detail::misfits<T>));
  }

 private:
  struct Prepared;
  [[nodiscard]] Prepared prepare(MetaQuestion question) const;
  void check_tier(const std::string& tier) const;

  ModelResolver& models_;
  Logger& logger_;
  const MetaOptions options_;
};

}  // namespace executus::llm
