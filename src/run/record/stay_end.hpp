// How a run's stay in this process ends: decided by run/life/ending.hpp, carried out by run/life/closing.hpp.
#pragma once

namespace executus::run {

enum class StayEnd {
  complete,  // the run ended with status ok
  fail,      // with another terminal status
  park,      // it waits: for a person, a child, a time, a signal, its provider
  leave,     // for recovery: no terminal entry
  disown     // another worker has it: nothing is written
};

}  // namespace executus::run
