// Tools that ask the run's model about a text, apart from its conversation: classify, extract_entities, summarize. What
// they ask is journaled and counts as the run's usage (tool::Call::generate). They share a limit of calls per run, and
// take texts up to a size.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <executus/tool/tool.hpp>

namespace executus::tools {

struct MetaLimits {
  int calls = 50;                     // of all three together, in a run
  std::size_t input_bytes = 200'000;  // of a text
};

[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> meta_tools(MetaLimits limits = {});

}  // namespace executus::tools
