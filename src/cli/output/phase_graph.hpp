// The phases of an agent as a graph: as text, and as Mermaid's flowcharts. Pure.
#pragma once

#include <string>

#include <executus/run/agent.hpp>

namespace executus::cli {

// A line for each phase: its place, name and kind, and what follows it, when. An agent without phases is one loop.
[[nodiscard]] std::string graph_as_text(const Agent& agent);

// https://mermaid.js.org/syntax/flowchart.html
[[nodiscard]] std::string graph_as_mermaid(const Agent& agent);

}  // namespace executus::cli
