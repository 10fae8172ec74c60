// Settings of a host from the source it has (environment.hpp), with a value to go on with. Safe when absent: without a
// source, and for a variable that is not set or empty, the fallback counts. One that is set to nonsense is an Error
// config.variable, which names it and does not show its value. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/environment.hpp>

namespace executus {

[[nodiscard]] std::string text_setting(const Environment* source, std::string_view name, std::string fallback);
[[nodiscard]] std::int64_t integer_setting(const Environment* source, std::string_view name, std::int64_t fallback);
// "500ms", "60s", "5m", "2h", "30d".
[[nodiscard]] Milliseconds duration_setting(const Environment* source, std::string_view name, Milliseconds fallback);
// true, yes, on and 1; false, no, off and 0.
[[nodiscard]] bool flag_setting(const Environment* source, std::string_view name, bool fallback);

}  // namespace executus
