// Numbers as their decimal digits, where binary fractions would blur them: 0.3 is a multiple of 0.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace executus {

// Doubles from here on do not say every integer.
inline constexpr double kFirstInexact = 9007199254740992;  // 2^53

// (-1)^negative * digits * 10^exponent. `digits` has no zeros at its ends; zero has none at all, and no sign.
struct Decimal {
  bool negative = false;
  std::string digits;
  long exponent = 0;
  bool operator==(const Decimal&) const = default;
};

// What a JSON number means; nothing when `literal` is none, or has an exponent beyond reason.
[[nodiscard]] std::optional<Decimal> decimal_of(std::string_view literal);

// Of a finite JSON number; of a double the shortest digits that mean it.
[[nodiscard]] Decimal decimal_of(const boost::json::value& number);

// -1, 0 or 1.
[[nodiscard]] int compare(const Decimal& a, const Decimal& b);

// Whether `number` is an integer times `unit`. Precondition: `unit` is not 0.
[[nodiscard]] bool is_multiple(const Decimal& number, const Decimal& unit);

}  // namespace executus
