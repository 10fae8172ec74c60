// What is said of a skill pack that is not there.
#pragma once

#include <string>
#include <vector>

#include <executus/base/error.hpp>

namespace executus::skillpack {

// `names`: what there is.
[[nodiscard]] Error unknown_pack(const std::string& name, const std::vector<std::string>& names);

}  // namespace executus::skillpack
