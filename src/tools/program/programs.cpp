#include "tools/program/programs.hpp"

#include <exception>
#include <stop_token>
#include <utility>

namespace executus::tools {
namespace {

// Stops the program when the waiting task is cancelled or done.
struct EndAtExit {
  std::stop_source source;
  ~EndAtExit() { source.request_stop(); }
};

}  // namespace

// After a cancellation the caller may start the same program again, so this one has ended by then.
Task<ProgramEnd> Programs::run(ProgramSpec spec, std::shared_ptr<StartPermit> permit) {
  EndAtExit waiting;
  OneShot<> gone;
  auto work = [this, spec = std::move(spec), stop = waiting.source.get_token(), gone] {
    ProgramEnd end = run_program(guard_, spec, stop);
    gone.set();
    return end;
  };
  std::exception_ptr cancelled;
  try {
    co_return co_await threads_.run(std::move(work), permit);
  } catch (const Cancelled&) {
    cancelled = std::current_exception();
  }
  waiting.source.request_stop();
  if (!permit->withdraw()) co_await gone.wait_shielded();
  std::rethrow_exception(cancelled);
}

}  // namespace executus::tools
