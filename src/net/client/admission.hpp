// Which requests may have a connection now and which wait for one. Decides only: the engine tells what happened, asks
// admit(), and starts what that names. (libcurl has such limits, but 7.88 wakes one waiting request per event, whatever
// host it waits for, and lets nothing that waits run out of time.)
//
// A request to a TLS server of which nothing is known yet goes ahead of the others to it: when its connection is ready,
// the others share it if it speaks HTTP/2, and open their own ones if not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include <executus/net/client/http_client.hpp>

namespace executus::net {

class Admission final {
 public:
  using Ticket = std::uint64_t;  // in the order of arrival

  // Requests that libcurl gives to one HTTP/2 connection at a time, at most.
  static constexpr std::size_t kStreams = 100;

  Admission(std::size_t per_host, std::size_t in_all) : per_host_(per_host), in_all_(in_all) {}

  // `origin` is scheme, host and port: "https://host:443".
  [[nodiscard]] Ticket arrive(std::string origin, Reuse reuse);

  // The oldest waiting request that may start; nullopt: none may. It counts as running from here on.
  [[nodiscard]] std::optional<Ticket> admit();

  void connected(Ticket ticket);    // a connection is ready for it
  void multiplexed(Ticket ticket);  // which turned out to speak HTTP/2
  void leave(Ticket ticket);        // it ended, running or waiting. An unknown ticket is left alone

  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t connections() const;  // that running requests use, at most

 private:
  enum class Knowledge { none, probing, connected, multiplexed };
  struct Origin {
    Knowledge knowledge = Knowledge::none;
    std::size_t shared = 0;  // running requests that may share a connection
    std::size_t own = 0;     // running requests with a connection of their own
    std::set<Ticket> waiting;

    [[nodiscard]] std::size_t connections() const;
  };
  using Origins = std::map<std::string, Origin>;
  struct Request {
    Origins::iterator origin;
    Reuse reuse;
  };

  [[nodiscard]] bool has_room(const Origin& origin, Reuse reuse) const;
  void start(Ticket ticket, const Request& request);
  void end(const Request& request);

  const std::size_t per_host_;
  const std::size_t in_all_;
  Ticket last_ = 0;
  Origins origins_;  // of requests that wait or run
  std::unordered_map<Ticket, Request> requests_;
};

}  // namespace executus::net
