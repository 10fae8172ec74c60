// One request on its way. `head` and `body` are shared between the engine and the task that reads; the rest belongs to
// the engine and is touched on its strand only.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include <curl/curl.h>

#include <executus/async/one_shot.hpp>

#include "net/client/body_queue.hpp"
#include "net/client/head_reader.hpp"
#include "net/client/http_client.hpp"
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

  // The engine's part.
  CURL* prepare();  // creates the easy handle; throws HttpError when there is none to have
  [[nodiscard]] CURL* easy() const noexcept { return easy_.get(); }
  void finish(CURLcode result);  // libcurl is done with it
  void close();                  // ended from outside
  [[nodiscard]] Sent sent() const noexcept { return failure_.began ? Sent::maybe : Sent::no; }

 private:
  friend struct TransferCallbacks;
  void set_request(CURL* easy);
  void set_limits(CURL* easy);
  void set_connection(CURL* easy);
  void set_callbacks(CURL* easy);
  void add_header(const std::string& line);
  void end(const HttpError& error);

  const HttpRequest request_;
  const std::string name_;  // for messages
  std::unique_ptr<CURL, void (*)(CURL*)> easy_{nullptr, curl_easy_cleanup};
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> message_{};
  HeadReader head_reader_;
  std::size_t received_ = 0;
  TransferFailure failure_;
};

}  // namespace executus::net
