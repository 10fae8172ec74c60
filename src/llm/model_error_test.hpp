// For tests of what ends in a ModelError.
#pragma once

#include <string_view>

#include <gtest/gtest.h>

#include <executus/llm/model.hpp>

namespace executus::llm {

// What `reading` throws; a failure of the test, for `what` was read, where it throws nothing.
template <class Reading>
ModelError error_in(Reading reading, std::string_view what = {}) {
  try {
    (void)reading();
  } catch (const ModelError& error) {
    return error;
  }
  ADD_FAILURE() << "no ModelError" << (what.empty() ? "" : " for ") << what;
  return {Failure::unknown, "", ""};
}

}  // namespace executus::llm
