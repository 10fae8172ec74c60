// Calls of an answer that must not be made: HttpModel takes them out of what a protocol has read. Pure.
#pragma once

#include <executus/llm/message.hpp>

namespace executus::llm {

// An answer that was cut off right after the name of a call looks like a call without arguments. It must not be made:
// its arguments become a text that is no JSON, and the model is told so.
void mark_cut_call(Response& response);

// The calls of an answer that was refused or withheld are not made: they are dropped, with what the provider keeps
// beside them.
void drop_refused_calls(Response& response);

}  // namespace executus::llm
