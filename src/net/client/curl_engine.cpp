#include "net/client/curl_engine.hpp"

#include <chrono>
#include <future>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <executus/base/error.hpp>

namespace executus::net {
namespace {

constexpr long kMaxConnections = 256;  // kept open at once; more may be in use

void initialize_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK) throw failed("net.failed", "libcurl cannot be used here: initialising it failed");
}

CURLM* make_multi() {
  initialize_curl();
  if (CURLM* multi = curl_multi_init()) return multi;
  throw failed("net.failed", "libcurl cannot be used here: no memory for it");
}

}  // namespace

// A socket of libcurl's while libcurl wants it watched. Wait handlers share it; `forgotten` tells them that the
// descriptor's number may be somebody else's by now. Directions are CURL_POLL_IN and _OUT, which equal CURL_CSELECT_*.
struct CurlEngine::Socket {
  Socket(const Strand& strand, curl_socket_t number) : fd(number), descriptor(strand, number) {}
  ~Socket() {
    if (descriptor.is_open()) descriptor.release();
  }
  void forget() {
    forgotten = true;
    descriptor.release();  // libcurl closes it
  }

  const curl_socket_t fd;
  boost::asio::posix::stream_descriptor descriptor;
  int wanted = 0;
  int waiting = 0;
  bool forgotten = false;
};

static_assert(CURL_POLL_IN == CURL_CSELECT_IN && CURL_POLL_OUT == CURL_CSELECT_OUT);

CurlEngine::CurlEngine(boost::asio::io_context& io)
    : strand_(boost::asio::make_strand(io)),
      timer_(strand_),
      multi_(make_multi(), [](CURLM* multi) { curl_multi_cleanup(multi); }) {
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlEngine::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlEngine::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxConnections);
}

CurlEngine::~CurlEngine() = default;

void CurlEngine::start(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_, [self = shared_from_this(), transfer = std::move(transfer)]() mutable {
    self->start_now(std::move(transfer));
  });
}

void CurlEngine::resume(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), transfer = std::move(transfer)] { self->resume_now(*transfer); });
}

void CurlEngine::abort(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), transfer = std::move(transfer)] { self->abort_now(*transfer); });
}

void CurlEngine::close() {
  std::promise<void> closed;
  boost::asio::post(strand_, [this, &closed] {
    close_now();
    closed.set_value();
  });
  closed.get_future().wait();
}

void CurlEngine::start_now(std::shared_ptr<Transfer> transfer) {
  if (closed_) return transfer->close();
  try {
    CURL* easy = transfer->prepare();
    running_.emplace(easy, transfer);
    if (curl_multi_add_handle(multi_.get(), easy) == CURLM_OK) return;
    running_.erase(easy);
    transfer->finish(CURLE_FAILED_INIT);
  } catch (const std::exception&) {
    transfer->finish(CURLE_FAILED_INIT);
  }
}

void CurlEngine::resume_now(Transfer& transfer) {
  if (!transfer.easy()) return;
  CURLcode result = curl_easy_pause(transfer.easy(), CURLPAUSE_CONT);
  if (result != CURLE_OK) remove(transfer.easy())->finish(result);  // libcurl would go on without the lost bytes
}

void CurlEngine::abort_now(Transfer& transfer) {
  if (transfer.easy()) remove(transfer.easy())->close();
}

void CurlEngine::close_now() {
  closed_ = true;
  while (!running_.empty()) remove(running_.begin()->first)->close();
  multi_.reset();
  for (auto& [fd, socket] : sockets_) socket->forget();
  sockets_.clear();
  timer_.cancel();
}

std::shared_ptr<Transfer> CurlEngine::remove(CURL* easy) {
  curl_multi_remove_handle(multi_.get(), easy);
  return std::move(running_.extract(easy).mapped());
}

int CurlEngine::on_socket(CURL*, curl_socket_t fd, int what, void* engine, void*) noexcept {
  try {
    static_cast<CurlEngine*>(engine)->watch(fd, what);
    return 0;
  } catch (...) {
    return -1;  // out of memory or descriptors: libcurl gives up, act() ends what runs
  }
}

void CurlEngine::watch(curl_socket_t fd, int directions) {
  if (directions == CURL_POLL_REMOVE) {
    if (auto node = sockets_.extract(fd)) node.mapped()->forget();
    return;
  }
  auto& socket = sockets_[fd];
  if (!socket) socket = std::make_shared<Socket>(strand_, fd);
  socket->wanted = directions;
  arm(socket, CURL_POLL_IN);
  arm(socket, CURL_POLL_OUT);
}

void CurlEngine::arm(const std::shared_ptr<Socket>& socket, int direction) {
  if ((socket->wanted & ~socket->waiting & direction) == 0) return;
  socket->waiting |= direction;
  using Wait = boost::asio::posix::stream_descriptor::wait_type;
  Wait wait = direction == CURL_POLL_IN ? Wait::wait_read : Wait::wait_write;
  socket->descriptor.async_wait(wait, [self = shared_from_this(), socket, direction](const auto&) {
    socket->waiting &= ~direction;
    self->ready(socket, direction);
  });
}

void CurlEngine::ready(const std::shared_ptr<Socket>& socket, int direction) {
  if (socket->forgotten || (socket->wanted & direction) == 0) return;
  act(socket->fd, direction);
  if (!socket->forgotten) arm(socket, direction);
}

int CurlEngine::on_timer(CURLM*, long timeout_ms, void* engine) noexcept {
  try {
    static_cast<CurlEngine*>(engine)->set_timer(timeout_ms);
    return 0;
  } catch (...) {
    return -1;
  }
}

// libcurl must not be called from its own callback, so also a timeout of zero takes the way over the timer.
void CurlEngine::set_timer(long timeout_ms) {
  timer_.cancel();
  if (timeout_ms < 0) return;
  timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->act(CURL_SOCKET_TIMEOUT, 0);  // one that comes too late or for nothing is harmless
  });
}

void CurlEngine::act(curl_socket_t fd, int events) {
  if (closed_) return;
  int running = 0;
  if (curl_multi_socket_action(multi_.get(), fd, events, &running) == CURLM_OK) return collect();
  while (!running_.empty()) remove(running_.begin()->first)->finish(CURLE_OUT_OF_MEMORY);
}

void CurlEngine::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    CURLcode result = message->data.result;  // `message` is gone with the handle
    if (message->msg == CURLMSG_DONE) remove(message->easy_handle)->finish(result);
  }
}

}  // namespace executus::net
