// What a person reads of a delivery. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <executus/run/delivery.hpp>

namespace executus::deliver {

// `text` with everything that could drive a terminal or start a line replaced by U+FFFD: C0 and C1 controls, DEL, the
// Unicode line, paragraph and direction controls, and bytes that are no UTF-8.
[[nodiscard]] std::string harmless(std::string_view text);

// "artifact: report.pdf (application/pdf, 1234 bytes)\n" for each; "" for none.
[[nodiscard]] std::string manifest(std::span<const Artifact> artifacts);

}  // namespace executus::deliver
