// Where the API is to cache the prompt: it caches only what ends at a mark, and takes four. Pure.
//
// The prompt is read as tools, system, messages. Marked are the last tool and the system prompt, which all runs of an
// agent share, the end of the last user turn, where the next step will read on, and the end of the one before, where
// this step reads what the last one wrote: the API itself looks back only twenty blocks for it.
#pragma once

#include <vector>

#include <boost/json/array.hpp>

#include "llm/anthropic/turns.hpp"

namespace executus::llm::anthropic {

void mark_for_cache(boost::json::array& tools, boost::json::array& system, std::vector<Turn>& turns);

}  // namespace executus::llm::anthropic
