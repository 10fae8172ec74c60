// Who asks for a run, with what.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/ids.hpp>
#include <executus/llm/message.hpp>

namespace executus {

struct Invocation {
  RunId run_id = {};  // empty: a new UUIDv7. Submitting an id again attaches to the run that has it.
  std::string prompt = {};
  std::vector<llm::Image> images = {};
  boost::json::object inputs = {};
  std::string caller = {};
  std::string channel = {};
  std::string guild = {};
  RunId parent = {};

  enum class Start { now, queued };
  Start start = Start::now;  // queued: admitted and left for a worker
};

}  // namespace executus
