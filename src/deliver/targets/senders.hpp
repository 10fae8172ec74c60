// One attempt at each kind of target. They return when the target took the message, and throw what answers.hpp says.
// Secrets of the target are masked in every message.
#pragma once

#include <ostream>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>

#include "deliver/targets/message.hpp"
#include "deliver/targets/target_config.hpp"
#include "tools/program/programs.hpp"

namespace executus::deliver {

// They outlive every attempt.
struct Services {
  net::HttpClient& http;
  const Environment& environment;
  tools::Programs& programs;
  BlockingPool& pool;
};

// POSTs it, signed, with the time of this attempt, on a connection of its own. Follows no redirect.
[[nodiscard]] Task<void> post_webhook(Services services, WebhookTarget target, Message message);

// Appends it as one whole line, synced to the disk; the file is made where there is none, not its folder. Two processes
// that append do not mix. Blocks: on a thread that may.
void append_line(const FileTarget& target, const Message& message);

// Runs the program with the message on its standard input, and its id in EXECUTUS_DELIVERY_ID. Exit code 0: taken; 65
// (EX_DATAERR): refused; all else: it is tried again.
[[nodiscard]] Task<void> run_command(Services services, CommandTarget target, Message message);

}  // namespace executus::deliver
