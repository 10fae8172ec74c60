// For tests of what ends in a ModelError.
#pragma once

#include <gtest/gtest.h>

#include <executus/llm/model.hpp>

namespace executus::llm {

// What `reading` throws; a failure of the test where it throws nothing.
template <class Reading>
ModelError error_in(Reading reading) {
  try {
    (void)reading();
  } catch (const ModelError& error) {
    return error;
  }
  ADD_FAILURE() << "no ModelError";
  return {Failure::unknown, "", ""};
}

}  // namespace executus::llm
