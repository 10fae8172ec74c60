#include <executus/base/log.hpp>

namespace executus {
namespace {

class NullLogger final : public Logger {
 public:
  void log(LogLevel, std::string_view) noexcept override {}
};

}  // namespace

Logger& null_logger() {
  static NullLogger logger;
  return logger;
}

}  // namespace executus
