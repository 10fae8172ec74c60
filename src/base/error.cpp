#include <exception>

#include <executus/base/error.hpp>

namespace executus {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::failed:
      return "failed";
    case ErrorKind::overloaded:
      return "overloaded";
    case ErrorKind::disconnected:
      return "disconnected";
    case ErrorKind::unimplemented:
      return "unimplemented";
  }
  return "failed";
}

Error current_error() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return failed("internal", error.what());
  } catch (...) {
    return failed("internal", "an exception that is no std::exception");
  }
}

}  // namespace executus
