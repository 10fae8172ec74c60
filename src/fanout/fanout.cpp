#include <executus/fanout/fanout.hpp>

namespace executus::fanout::detail {

Error not_begun(std::size_t failed, const Error& error) {
  return {ErrorKind::failed, "fanout.not_begun",
          "not begun, since item " + std::to_string(failed) + " failed before it (counted from 0): " + error.message()};
}

}  // namespace executus::fanout::detail
