// A model whose calls are entered in a ledger: one entry for each call of one question.
#pragma once

#include <memory>

#include <executus/base/log.hpp>
#include <executus/llm/meta.hpp>

namespace executus::llm {

// What is known of the calls before they are made.
struct LedgerPage {
  std::string purpose;
  std::string tier;
  Attribution attribution;
};

// For one question: the calls are counted. `options` and `logger` outlive the model. On one strand.
[[nodiscard]] std::shared_ptr<Model> ledgered(std::shared_ptr<Model> model, LedgerPage page, const MetaOptions& options,
                                              Logger& logger);

}  // namespace executus::llm
