// The vendors this version ships, in the order in which they offer default models. The only place that names them.
#pragma once

#include "llm/endpoint/vendor.hpp"

namespace executus::llm {

[[nodiscard]] Vendors make_default_vendors();

}  // namespace executus::llm
