// What a target is sent of a run's end. Pure.
#pragma once

#include <string>

#include <executus/run/outcome.hpp>

namespace executus::deliver {

struct Message {
  std::string id;    // the same for each attempt
  std::string body;  // JSON on one line, without a line break at its end; the same for each attempt
};

// `key`: DeliveryTarget::key. {"id", "type": "run.ended", "data": what `run --json` prints and "artifacts", without
// their bytes}.
[[nodiscard]] Message message_of(const std::string& key, const RunOutcome& outcome);

}  // namespace executus::deliver
