// Names of runs. A run id is the caller's token ([A-Za-z0-9._-]{1,64}) or a UUIDv7 (RFC 9562), which sorts by creation.
#pragma once

#include <compare>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>

namespace executus {

class RunId {
 public:
  RunId() = default;  // empty: "no run"

  // Nothing when `text` is not a legal run id.
  [[nodiscard]] static std::optional<RunId> parse(std::string_view text);

  // A new UUIDv7 with the clock's wall time and 74 random bits from the operating system.
  [[nodiscard]] static RunId generate(const Clock& clock);

  [[nodiscard]] const std::string& str() const noexcept;  // "" for no run
  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  friend bool operator==(const RunId& a, const RunId& b) noexcept { return a.str() == b.str(); }
  friend auto operator<=>(const RunId& a, const RunId& b) noexcept { return a.str() <=> b.str(); }
  friend std::ostream& operator<<(std::ostream& out, const RunId& id);  // str()

 private:
  explicit RunId(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  std::shared_ptr<const std::string> text_;  // shared: a run is named in many places while it waits
};

}  // namespace executus

template <>
struct std::hash<executus::RunId> {
  std::size_t operator()(const executus::RunId& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};
