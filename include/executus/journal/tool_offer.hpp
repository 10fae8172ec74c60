// What a source of tools, such as a server, offered a run (run/tool_sources.hpp). Values, as the journal stores them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::journal {

// A tool of an offer, as far as the kernel reads it.
struct OfferedTool {
  std::string name;    // as the model knows it
  std::string effect;  // frozen names of tool::Effect
  std::string digest;  // of its name, description and schema: what a person agreed to is this
  bool operator==(const OfferedTool&) const = default;
};

// `offer` is the source's own: the run stores it and gives it back, and reads nothing of it.
struct ToolOffer {
  std::string source;                   // the declaration's name
  std::string declared = {};            // digest of the declaration: an offer to another one does not count
  std::vector<OfferedTool> tools = {};  // in the order the model sees them
  boost::json::object offer = {};
  std::string problem = {};  // for people: why nothing was offered, or not all
  // Of `tools`, by name, those that the run had with another digest before; and how they were described then.
  std::map<std::string, std::string> reworded = {};
  bool operator==(const ToolOffer&) const = default;
};

}  // namespace executus::journal
