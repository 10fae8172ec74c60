// Port: from what an agent calls its model (a tier, an alias, a spec "provider/model") to a Model.
//
// Threads: from any thread. Errors: a Result that says what was asked for and what would help (which variables to set).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/llm/cost.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

struct ResolvedModel {
  std::shared_ptr<Model> model;
  std::string spec;        // resolved: no tier, no alias; resolving it again gives the same model
  int context_tokens = 0;  // 0: unknown
  std::shared_ptr<const Attribution> attribution = {};
  std::vector<std::string> missing = {};  // why it cannot be asked here, such as a key that is not set: in words
};

class ModelResolver {
 public:
  virtual ~ModelResolver() = default;

  // `name` empty: the fallback tier ("fast").
  [[nodiscard]] virtual Result<ResolvedModel> resolve(std::string_view name) = 0;

  // What a call that was made then costs, of the model "provider/model" that served it. Nothing: not known, which is
  // not the same as free. Journaled with every call. Throws nothing.
  [[nodiscard]] virtual std::optional<NanoDollars> cost(std::string_view target, const Usage& usage, WallTime when) {
    (void)target, (void)usage, (void)when;
    return std::nullopt;
  }
};

}  // namespace executus::llm
