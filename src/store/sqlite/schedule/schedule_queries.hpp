// How jobs are looked for.
#pragma once

#include <string_view>

namespace executus::sqlite {

inline constexpr std::string_view kDueSchedules =
    "SELECT id,revision,job FROM schedules WHERE looks_at<=? ORDER BY looks_at,id";
inline constexpr std::string_view kNextLook = "SELECT min(looks_at) FROM schedules WHERE looks_at>?";
inline constexpr std::string_view kAllSchedules = "SELECT id,revision,job FROM schedules ORDER BY id";
inline constexpr std::string_view kOneSchedule = "SELECT id,revision,job FROM schedules WHERE id=?";

}  // namespace executus::sqlite
