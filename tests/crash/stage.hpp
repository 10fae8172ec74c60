// Where the servers of the crash tests tell what happens, and learn how long to take. A killer that waits for a moment
// listens here.
#pragma once

#include <functional>

namespace executus::crash {

enum class Moment {
  model_asked,      // a model request arrived
  model_answering,  // its answer is about to be sent
  effect_asked,     // a request for an effect arrived; it did not happen yet
  effect_happened,  // it did; the answer is not sent yet
  probed,           // a probe asked whether an effect happened
  store_written     // the run's store wrote to its file
};

struct Stage {
  std::function<void(Moment)> at = [](Moment) {};  // called on the servers' threads, several at a time
  std::function<void()> dawdle = [] {};            // likewise; returns when the server may go on
};

}  // namespace executus::crash
