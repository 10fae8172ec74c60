// What comes from standard input, where a command asks for it by "-".
#pragma once

#include <iostream>
#include <iterator>
#include <string>

namespace executus::cli {

[[nodiscard]] inline std::string all_of_stdin() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

}  // namespace executus::cli
