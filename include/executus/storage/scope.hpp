// Whose values and files these are: a run's, those of all runs of an agent, or a caller's. A scope is a text of one
// form, "run/ID", "agent/NAME" or "caller/NAME" (frozen), so that none is mistaken for another; the parts are checked.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/ids.hpp>
#include <executus/base/result.hpp>

namespace executus::storage {

class Scope final {
 public:
  static constexpr std::size_t kLongestName = 200;  // bytes

  [[nodiscard]] static Scope of_run(const RunId& run) { return Scope("run/" + run.str()); }
  // Error storage.scope: the name is empty, longer than kLongestName, no UTF-8, or has a control character or a '/'.
  [[nodiscard]] static Result<Scope> of_agent(std::string_view name);
  [[nodiscard]] static Result<Scope> of_caller(std::string_view name);
  // From str(), which may have come from anywhere. Error storage.scope.
  [[nodiscard]] static Result<Scope> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] std::optional<RunId> run() const;  // whose it is; nothing: no run's

  auto operator<=>(const Scope&) const = default;

 private:
  static Result<Scope> named(std::string_view kind, std::string_view name);
  explicit Scope(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace executus::storage
