// What a run asks of a person: whether a call may happen, or whether it did.
#pragma once

#include <string>

#include <executus/base/ids.hpp>
#include <executus/llm/conversation.hpp>

namespace executus {

// Plain data: it may be shown, sent elsewhere, and answered in another process. The answer holds for exactly this call
// with these arguments.
struct Question {
  enum class Kind {
    may_it_happen,  // an approval
    did_it_happen   // a call in doubt
  };
  Kind kind = Kind::may_it_happen;
  RunId run = {};
  std::string agent = {};
  std::string call_id = {};  // the call, as the model named it
  llm::CallPosition call = {};
  std::string tool = {};
  std::string arguments = {};  // JSON: what will be sent, also where the gate changed what the model wrote
  std::string digest = {};     // of tool and arguments
};

}  // namespace executus
