// One field of a cron expression. Pure.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include <executus/cron/cron.hpp>

namespace executus::cron {

// What a field may hold.
struct FieldKind {
  std::string_view name;                                                // for people: "the hour"
  int min, max;                                                         // Sunday is 0 and 7
  std::span<const std::string_view> words;                              // names of the values from `min` on
  enum class Last { never, alone, behind_a_value } last = Last::never;  // how `L` is written
};

struct FieldValues {
  Values values = 0;
  Values last = 0;  // those with `L`; of `L` alone, 1
  bool begins_with_star = false;
};

// The offset of a fault is one in `text`. Precondition: `text` is not empty.
[[nodiscard]] std::variant<FieldValues, CronFault> read_field(std::string_view text, const FieldKind& kind);

}  // namespace executus::cron
