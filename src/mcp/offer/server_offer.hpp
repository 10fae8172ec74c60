// What a server offered a run, as the run stores it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>
#include <executus/journal/tool_offer.hpp>

#include "mcp/offer/offer_rules.hpp"
#include "mcp/wire/capabilities.hpp"
#include "mcp/wire/version.hpp"

namespace executus::mcp {

struct StoredTool {
  // list_resources, read_resource: what a server with resources gets besides its tools. Frozen names.
  enum class Does { call, list_resources, read_resource };

  std::string name;    // as the run knows it
  std::string remote;  // as the server knows it
  std::string description = {};
  boost::json::object parameters = {};             // its input schema, as it came
  std::optional<boost::json::object> output = {};  // its output schema, when results can be held to it
  tool::Effect effect = tool::Effect::irreversible;
  tool::Order order = tool::Order::sequential;
  Does does = Does::call;
  std::string digest = {};  // of what a person or a model reads of it: remote name, title, description, parameters
  bool operator==(const StoredTool&) const = default;
};

struct LeftOut {
  std::string tool;
  std::string why;
  bool operator==(const LeftOut&) const = default;
};

struct ServerOffer {
  Version version = kNewestLegacy;
  std::string server_name = {};
  std::string server_version = {};
  std::vector<StoredTool> tools = {};
  std::vector<LeftOut> left_out = {};
  bool operator==(const ServerOffer&) const = default;
};

// A tool that cannot be offered is left out alone, with why. Error mcp.name_clash: of equal names none can be called.
// A server with resources gets two more, unless a tool of its own has the name.
[[nodiscard]] Result<ServerOffer> make_offer(const OfferRules& rules, Version version, const ServerAbilities& abilities,
                                             const std::vector<ListedTool>& listed);

// As it is stored (frozen names). Error mcp.malformed: another program wrote it.
[[nodiscard]] boost::json::object to_json(const ServerOffer& offer);
[[nodiscard]] Result<ServerOffer> offer_from_json(const boost::json::object& json);

// For the kernel, with a problem that names what was left out.
[[nodiscard]] journal::ToolOffer to_tool_offer(const std::string& source, const ServerOffer& offer);

}  // namespace executus::mcp
