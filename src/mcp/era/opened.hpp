// What is known of a server once it is found out what it speaks.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "mcp/wire/version.hpp"

namespace executus::mcp {

struct Opened {
  Version version = kNewestLegacy;
  boost::json::object capabilities = {};
  std::string name = {};  // of the server, as it calls itself
  std::string title = {};
  std::string server_version = {};
  std::string instructions = {};
};

}  // namespace executus::mcp
