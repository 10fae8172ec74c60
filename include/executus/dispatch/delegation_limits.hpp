// How far runs may delegate to runs. Non-positive values are replaced by these.
#pragma once

namespace executus {

struct DelegationLimits {
  int max_depth = 5;          // runs below the root
  int max_descendants = 100;  // of one root, over its whole life
};

}  // namespace executus
