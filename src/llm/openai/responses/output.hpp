// The output of a streamed answer of the Responses API: what came in pieces, and what its end says once more. Pure.
//
// Each item of the end is laid over the item of the stream that it is (llm/openai/responses/matching.hpp). What only
// one of the two says counts; what both say must be the same, or go on (llm/answer/told_twice.hpp). Reasoning may
// differ: servers encrypt it anew.
#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>

namespace executus::llm::openai {

struct StreamedItem {
  boost::json::object item;  // with all that came in pieces
  bool is_whole = true;      // false: arguments that belong to no item, or stop in the middle; the end must have them
};

// In the order of the end; items that it leaves out stand behind the ones that they came behind. Error model.broken:
// the two differ.
[[nodiscard]] Result<std::vector<boost::json::object>> output_of(const std::vector<StreamedItem>& streamed,
                                                                 const std::vector<boost::json::object>& end);

}  // namespace executus::llm::openai
