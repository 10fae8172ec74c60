// A file that goes out with a run's answer. The model does not see it.
#pragma once

#include <string>

namespace executus {

struct Artifact {
  std::string name = {};
  std::string mime = {};
  std::string bytes = {};
  bool operator==(const Artifact&) const = default;
};

}  // namespace executus
