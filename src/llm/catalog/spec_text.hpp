// What specs and their parameters are written with.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <executus/base/error.hpp>

namespace executus::llm {

inline bool is_spec_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

inline Error no_spec(const std::string& why) {
  return failed("model.spec", why + "; write it as provider/model, for example openai/gpt-5.4-mini?effort=none");
}

}  // namespace executus::llm
