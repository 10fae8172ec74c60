// One request on its way. `head` and `body` are shared between the engine and the task that reads; the rest belongs to
// the engine and is touched on its strand only.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

#include <executus/async/one_shot.hpp>
#include <executus/base/clock.hpp>
#include <executus/net/client/http_client.hpp>

#include "net/client/admission.hpp"
#include "net/client/body_queue.hpp"
#include "net/client/head_reader.hpp"
#include "net/client/time_limits.hpp"
#include "net/client/transfer_failure.hpp"

namespace executus::net {

class Transfer final {
 public:
  // Throws what check_request() throws.
  explicit Transfer(HttpRequest request);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  OneShot<HttpHead> head;
  BodyQueue body;

  // The engine's part. `admission` outlives the handle.
  [[nodiscard]] static Transfer& of(CURL* easy);
  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
  [[nodiscard]] MonoTime deadline() const {
    return limits_.deadline();
  }  // later with every byte; MonoTime::max(): none
  void heard();                            // a byte came, or the reader wants one again
  [[nodiscard]] MonoTime excuse_reader();  // the deadline: time in which the reader wants no bytes does not count
  void arrive(Admission& admission);
  [[nodiscard]] Admission::Ticket ticket() const noexcept { return ticket_; }
  CURL* prepare(const HttpClientOptions& options);  // creates the easy handle; throws HttpError when there is none
  [[nodiscard]] CURL* easy() const noexcept { return easy_.get(); }
  [[nodiscard]] bool may_share_connection() const;  // over HTTP/2, as far as is known
  // It met an HTTP/2 connection that had been open and was just ending. After that prepare() asks for a new connection.
  [[nodiscard]] bool deserves_another_try(CURLcode result);
  void drop_body(std::size_t at_most) { droppable_ = at_most; }  // its reader is gone
  void forbid_reuse() const;                                     // its connection ends with it, unless others use it
  void finish(CURLcode result);                                  // libcurl is done with it
  void run_out_of_time();
  void close();  // ended from outside
  [[nodiscard]] Sent sent() const noexcept { return failure_.began ? Sent::maybe : Sent::no; }

 private:
  friend struct TransferCallbacks;
  void set_request(CURL* easy);
  void set_limits(CURL* easy);
  void set_connection(CURL* easy);
  void set_tls(CURL* easy, const HttpClientOptions& options);
  void set_callbacks(CURL* easy);
  void take_head(HttpHead found);
  [[nodiscard]] std::size_t drop(std::size_t bytes);
  [[nodiscard]] std::size_t pause();
  void add_header(const std::string& line);
  void end(const HttpError& error);

  const HttpRequest request_;
  const std::string name_;  // for messages
  const std::string origin_;
  TimeLimits limits_;
  Admission* admission_ = nullptr;
  Admission::Ticket ticket_ = 0;
  std::unique_ptr<CURL, void (*)(CURL*)> easy_{nullptr, curl_easy_cleanup};
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> message_{};
  HeadReader head_reader_;
  std::optional<HttpVersion> version_;
  bool tried_ = false;
  bool pausable_ = true;
  bool paused_ = false;  // the queue is full: the reader wants no bytes now
  std::size_t received_ = 0;
  std::optional<std::size_t> droppable_;  // bytes; nullopt: there is a reader
  TransferFailure failure_;
};

}  // namespace executus::net
