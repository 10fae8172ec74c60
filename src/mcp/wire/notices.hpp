// What a server says unasked. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include <boost/json/value.hpp>

#include "mcp/wire/json_rpc.hpp"

namespace executus::mcp {

struct Progress {
  RpcId token;
  double done = 0;
  std::optional<double> total = {};
  std::string message = {};
};

struct LogLine {
  std::string level;  // debug, info, notice, warning, error, critical, alert, emergency
  std::string logger = {};
  boost::json::value data = nullptr;
};

struct ListChanged {
  enum class Of { tools, resources, prompts } of = Of::tools;
};

struct ResourceUpdated {
  std::string uri;
};

// The server does not want an answer to its request any more.
struct RequestWithdrawn {
  RpcId request;
};

using Notice = std::variant<Progress, LogLine, ListChanged, ResourceUpdated, RequestWithdrawn>;

// Nothing: not known here, or of another shape. It may be ignored.
[[nodiscard]] std::optional<Notice> read_notice(const Notification& notification);

// "3 of 10: indexing" for people.
[[nodiscard]] std::string in_words(const Progress& progress);

}  // namespace executus::mcp
