// Port: where configuration variables come from. Programs that embed the library may have another source than the
// process environment; tests do.
//
// Absent: where no Environment is given, process_environment() is used. Threads: from any thread. Errors: get() of an
// own implementation may throw; reading the configuration then fails with that exception.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus {

class Environment {
 public:
  virtual ~Environment() = default;

  // The variable's value; nothing when it is not set. An empty value is set.
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view name) const = 0;

  // The names that begin with `prefix`, sorted.
  [[nodiscard]] virtual std::vector<std::string> names_with_prefix(std::string_view prefix) const = 0;
};

// The variables of this process, read at each call. Lives for the whole program. A program that changes its environment
// (setenv) while other threads read it has a data race, here as everywhere.
[[nodiscard]] const Environment& process_environment();

// A fixed set of variables.
class FixedEnvironment final : public Environment {
 public:
  using Variables = std::map<std::string, std::string, std::less<>>;

  explicit FixedEnvironment(Variables variables) : variables_(std::move(variables)) {}
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;
  [[nodiscard]] std::vector<std::string> names_with_prefix(std::string_view prefix) const override;

 private:
  Variables variables_;
};

// `text` with ${NAME} replaced by the variable's value and ${NAME:-default} by the default where the variable is unset
// or empty (as in a shell). $${ is a literal ${, every other $ is itself. Values are not expanded again, a default may
// not hold ${. The error (config.variable) names the variable that is not set; it quotes no value.
[[nodiscard]] Result<std::string> expand_variables(std::string_view text, const Environment& environment);

}  // namespace executus
