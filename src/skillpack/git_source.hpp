// A pack from a git repository.
#pragma once

#include <executus/skillpack/source.hpp>

namespace executus::skillpack {

// Clones into a folder of its own, which is gone afterwards. Blocks. Throws Error skillpack.git, skillpack.source.
[[nodiscard]] Fetched fetch_git(Git& git, const Source& source, const Clock& clock, Milliseconds time);

}  // namespace executus::skillpack
