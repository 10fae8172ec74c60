// Port: from what an agent calls its model (a tier, an alias, a spec "provider/model") to a Model.
//
// Threads: from any thread. Errors: a Result that says what was asked for and what would help (which variables to set).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <executus/base/result.hpp>
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
};

}  // namespace executus::llm
