// What an executus.yaml says of a target, with ${VAR} unexpanded.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::deliver {

inline constexpr Milliseconds kTargetTimeout{8'000};
inline constexpr Milliseconds kLongestTimeout{9'000};  // below what a delivery may take
inline constexpr int kMostPerMinute = 300;

struct WebhookTarget {
  std::string url;
  std::string secret;
  std::map<std::string, std::string> headers = {};
  net::Network network = net::Network::public_only;
  Milliseconds timeout = kTargetTimeout;
  int max_per_minute = kMostPerMinute;
};

struct FileTarget {
  std::string path;  // absolute
};

struct CommandTarget {
  std::vector<std::string> command;
  std::string directory;                   // absolute
  std::map<std::string, std::string> env;  // in place of ours
  Milliseconds timeout = kTargetTimeout;
};

struct StdoutTarget {};

using TargetConfig = std::variant<WebhookTarget, FileTarget, CommandTarget, StdoutTarget>;

}  // namespace executus::deliver
