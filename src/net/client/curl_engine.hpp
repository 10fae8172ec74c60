// libcurl's multi interface on an Asio io_context: libcurl says which sockets and which timer to wait for, and is told
// when something happened. Everything of libcurl is touched on one strand, so that no transfer blocks another.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <curl/curl.h>

#include "net/client/admission.hpp"
#include "net/client/transfer.hpp"

namespace executus::net {

class CurlEngine final : public std::enable_shared_from_this<CurlEngine> {
 public:
  CurlEngine(boost::asio::io_context& io, HttpClientOptions options);
  ~CurlEngine();
  CurlEngine(const CurlEngine&) = delete;
  CurlEngine& operator=(const CurlEngine&) = delete;

  // Any thread. Each takes effect on the strand, in the order of the calls. A transfer that is not running is left
  // alone.
  void start(std::shared_ptr<Transfer> transfer);
  void resume(std::shared_ptr<Transfer> transfer);  // after its reader has made room
  void abort(std::shared_ptr<Transfer> transfer);
  void discard(std::shared_ptr<Transfer> transfer);  // see HttpBody::discard()

  // Ends all transfers and refuses new ones; returns when that has happened. Not from a thread of the io_context.
  void close();

 private:
  struct Socket;
  using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
  using Multi = std::unique_ptr<CURLM, void (*)(CURLM*)>;

  static int on_socket(CURL*, curl_socket_t fd, int what, void* engine, void*) noexcept;
  static int on_timer(CURLM*, long timeout_ms, void* engine) noexcept;

  struct Entry {
    std::shared_ptr<Transfer> transfer;
    std::unique_ptr<boost::asio::steady_timer> timer;  // null: none
  };

  void start_now(std::shared_ptr<Transfer> transfer);
  void arm_timer(Admission::Ticket ticket, MonoTime when, void (CurlEngine::*ring)(Admission::Ticket));
  void check_limits(Admission::Ticket ticket);
  void stop_discarding(Admission::Ticket ticket);
  void admit();
  void begin(Transfer& transfer);
  void resume_now(Transfer& transfer);
  void abort_now(Transfer& transfer);
  void discard_now(Transfer& transfer);
  void close_now();
  void watch(curl_socket_t fd, int directions);
  void arm(const std::shared_ptr<Socket>& socket, int direction);
  void ready(const std::shared_ptr<Socket>& socket, int direction);
  void set_timer(long timeout_ms);
  void act(curl_socket_t fd, int events);
  void collect();
  [[nodiscard]] std::shared_ptr<Transfer> remove(Admission::Ticket ticket);  // null: it is no more
  [[nodiscard]] std::shared_ptr<Transfer> give_up(Admission::Ticket ticket);
  void flush_later(const std::string& origin);
  void flush();

  const HttpClientOptions options_;
  Strand strand_;
  boost::asio::steady_timer timer_;
  Multi multi_;
  bool closed_ = false;
  Admission admission_;
  std::unordered_map<Admission::Ticket, Entry> transfers_;  // waiting and running
  std::set<std::string> to_flush_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
};

}  // namespace executus::net
